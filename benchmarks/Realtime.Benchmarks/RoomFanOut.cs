using BenchmarkDotNet.Attributes;
using Realtime.Core.Identifiers;
using Realtime.Core.Protocol;
using Realtime.Core.Protocol.Json;
using Realtime.Core.Rooms;

namespace Realtime.Benchmarks;

/// <summary>What does one publication cost besides the system calls: choosing members, encoding, handing over?</summary>
[MemoryDiagnoser]
public class RoomFanOut
{
    private readonly EventPayload _payload = new PayloadSerializer().SerializeEvent("msg", new string('x', 128));
    private readonly Audience _room = new() { Rooms = [Audience100k.Room] };
    private FanOut _fanOut = null!;

    [Params(10, 1_000, 100_000)]
    public int Members { get; set; }

    [GlobalSetup]
    public void Fill() => _fanOut = new FanOut(new Audience100k(Members).Index);

    [Benchmark]
    public async Task Publish()
    {
        var packet = new Packet { Kind = PacketKind.Event, Namespace = NamespacePath.Root.Utf8Memory, Data = _payload.Data, Attachments = _payload.Attachments };
        await _fanOut.SendAsync(_room, in packet, compress: true, isVolatile: false).ConfigureAwait(false);
    }
}
