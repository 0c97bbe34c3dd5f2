using Realtime.Core.Diagnostics;
using Realtime.Core.Protocol;
using Realtime.Core.Protocol.Json;
using Realtime.Core.Rooms;
using Realtime.Core.Tests.Connections;

namespace Realtime.Core.Tests.Rooms;

/// <summary>An index with members in memory.</summary>
internal sealed class TestRooms : IDisposable
{
    private readonly RealtimeMeter _meter = new();

    internal TestRooms(FanOutOptions? options = null, IRoomObserver? observer = null)
    {
        Index = new RoomIndex(options ?? new FanOutOptions(), _meter, observer);
        FanOut = new FanOut(Index);
    }

    internal TestEngine Engine { get; } = new(options => options.MaxBufferedBytes = long.MaxValue / 2);

    internal RoomIndex Index { get; }

    internal FanOut FanOut { get; }

    internal static Packet Event(string text) => new() { Kind = PacketKind.Event, Namespace = "/"u8.ToArray(), Data = Wire.Utf8($"[\"{text}\"]") };

    /// <summary>The event of a line such as <c>42["x"]</c>.</summary>
    internal static string Name(string line) => line[4..^2];

    internal Member Add(string id, params string[] rooms)
    {
        TestClient client = Engine.Connect();
        return new Member(client, Add(id, client, rooms));
    }

    internal Recipient Add(string id, TestClient client, params string[] rooms)
    {
        var recipient = new Recipient(id, client.Connection, JsonPacketCodec.Instance, client);
        Index.Prepare(recipient);
        Index.Add(recipient);
        foreach (string room in rooms)
        {
            Index.Join(recipient, room);
        }

        return recipient;
    }

    internal ValueTask PublishAsync(Audience audience, string text, bool isVolatile = false)
    {
        Packet packet = Event(text);
        return FanOut.SendAsync(audience, in packet, compress: true, isVolatile);
    }

    internal ValueTask PublishAsync(string room, string text, bool isVolatile = false) => PublishAsync(new Audience { Rooms = [room] }, text, isVolatile);

    /// <summary>Publishes where the audience is small enough to be served before the call returns.</summary>
    internal void Publish(Audience audience, string text, bool isVolatile = false)
    {
        Task sent = PublishAsync(audience, text, isVolatile).AsTask();
        Assert.True(sent.IsCompletedSuccessfully);
    }

    internal void Publish(string room, string text, bool isVolatile = false) => Publish(new Audience { Rooms = [room] }, text, isVolatile);

    public void Dispose()
    {
        Engine.Dispose();
        _meter.Dispose();
    }

    internal sealed record Member(TestClient Client, Recipient Recipient)
    {
        internal string[] Got => [.. Client.Lines.Select(Name)];

        internal void SendDirect(string text)
        {
            Packet packet = Event(text);
            Realtime.Core.Framing.EncodedPacket encoded = Wire.Encode(in packet);
            Recipient.Send(encoded);
            encoded.Release();
        }
    }
}
