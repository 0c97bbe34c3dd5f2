using BenchmarkDotNet.Attributes;
using Realtime.Core.Rooms;

namespace Realtime.Benchmarks;

/// <summary>Does joining and leaving cost the same in a room of ten and in one of 100,000?</summary>
[MemoryDiagnoser]
public class RoomMembership
{
    private Audience100k _audience = null!;
    private Recipient _visitor = null!;

    [Params(10, 100_000)]
    public int Members { get; set; }

    [GlobalSetup]
    public void Fill()
    {
        _audience = new Audience100k(Members);
        _visitor = _audience.AddRecipient();
    }

    [Benchmark]
    public void JoinAndLeave()
    {
        _audience.Index.Join(_visitor, Audience100k.Room);
        _audience.Index.Leave(_visitor, Audience100k.Room);
    }
}
