using BenchmarkDotNet.Attributes;
using Realtime.Core.Framing;
using Realtime.Core.Identifiers;
using Realtime.Core.Protocol;
using Realtime.Core.Protocol.Json;

namespace Realtime.Benchmarks;

/// <summary>What does it cost to serialise a payload and to encode it with the header of its WebSocket frame?</summary>
[MemoryDiagnoser]
public class PacketWrite
{
    private readonly PayloadSerializer _serializer = new();
    private readonly NamespacePath _path = NamespacePath.Parse("/chat");
    private readonly string _text = new('x', 64);
    private EventPayload _payload;

    [GlobalSetup]
    public void Serialize() => _payload = _serializer.SerializeEvent("message:received", _text);

    [Benchmark]
    public EventPayload Payload() => _serializer.SerializeEvent("message:received", _text);

    [Benchmark]
    public int Packet()
    {
        var packet = new Packet { Kind = PacketKind.Event, Namespace = _path.Utf8Memory, Data = _payload.Data, Attachments = _payload.Attachments };
        EncodedPacket encoded = PacketEncoder.Encode(JsonPacketCodec.Instance, in packet);
        int length = encoded.Length;
        encoded.Release();
        return length;
    }
}
