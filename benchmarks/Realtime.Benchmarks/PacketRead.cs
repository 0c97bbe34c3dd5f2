using System.Buffers;
using System.Text;
using BenchmarkDotNet.Attributes;
using Realtime.Core.Framing;
using Realtime.Core.Protocol;
using Realtime.Core.Protocol.Json;

namespace Realtime.Benchmarks;

/// <summary>What does it cost to read a packet, up to the name of its event and checked to its end?</summary>
[MemoryDiagnoser]
public class PacketRead
{
    private readonly Frame _event = Message("""2/chat,12["message:send",{"text":"hello, this is a message of sixty-four bytes or so"}]""");
    private readonly Frame _ack = Message("3/chat,12[1]");

    [Benchmark]
    public bool Event() => JsonPacketCodec.Instance.TryRead(in _event, PacketLimits.Default, out _);

    [Benchmark]
    public bool Ack() => JsonPacketCodec.Instance.TryRead(in _ack, PacketLimits.Default, out _);

    private static Frame Message(string text) => new(FrameKind.Message, isBinary: false, new ReadOnlySequence<byte>(Encoding.UTF8.GetBytes(text)));
}
