using System.Text;
using Realtime.Core.Backplane;
using Realtime.Core.Connections;
using Realtime.Core.Identifiers;
using Realtime.Core.Protocol;
using Realtime.Core.Rooms;
using Realtime.Redis.SocketIO;

namespace Realtime.Redis.Tests.SocketIO;

/// <summary>Messages byte for byte as Node publishes them: taken from between two servers of Node.</summary>
public sealed class FormatTests
{
    private const string Uid = "lerRGd";
    private static readonly ReadOnlyMemory<byte>[] s_bytes = [new byte[] { 1, 2, 3 }];
    private static readonly ShardedFormat s_sharded = new("ccaabcf92558a047", NamespacePath.Root);

    [Fact]
    public void Classic_broadcasts()
    {
        Assert.Equal(
            "93a66c657252476483a47479706502a46461746194a568656c6c6f01a374776f81a161c3a36e7370a12f83a5726f6f6d7390a665786365707490a5666c61677380",
            Hex(ClassicFormat.Broadcast(Uid, Event("[\"hello\",1,\"two\",{\"a\":true}]"))));
        Assert.Equal(
            "93a66c657252476483a47479706502a46461746191a178a36e7370a12f83a5726f6f6d7392a5726f6f6d31a5726f6f6d32a665786365707491a5726f6f6d33a5666c61677380",
            Hex(ClassicFormat.Broadcast(Uid, Event("[\"x\"]", new Audience { Rooms = ["room1", "room2", "room1"], Except = ["room3"] }))));
        Assert.Equal(
            "93a66c657252476483a47479706502a46461746191a176a36e7370a12f83a5726f6f6d7390a665786365707490a5666c61677382a8766f6c6174696c65c3a8636f6d7072657373c2",
            Hex(ClassicFormat.Broadcast(Uid, Event("[\"v\"]") with { IsVolatile = true, Compress = false })));
        Assert.Equal(
            "93a66c657252476483a47479706502a46461746192a362696ec403010203a36e7370a12f83a5726f6f6d7390a665786365707490a5666c61677380",
            Hex(ClassicFormat.Broadcast(Uid, Binary())));
        Assert.Equal(
            "93a66c657252476483a47479706502a46461746191a162a36e7370a12f83a5726f6f6d7390a665786365707491b45238647649585750435f674d4179543341414141a5666c61677380",
            Hex(ClassicFormat.Broadcast(Uid, Event("[\"b\"]", new Audience { Sender = "R8dvIXWPC_gMAyT3AAAA" }))));
    }

    [Fact]
    public void Classic_requests_and_answers()
    {
        Assert.Equal(
            "85a3756964a66c6572524764a9726571756573744964a633446537737aa47479706507a67061636b657483a47479706502a46461746192a361736b2aa36e7370a12fa46f70747383a5726f6f6d7390a665786365707490a5666c61677381a774696d656f7574cd03e8",
            Hex(ClassicFormat.Ask(Uid, "3De7sz", Event("[\"ask\",42]"), TimeSpan.FromSeconds(1))));
        Assert.Equal("83a47479706509a9726571756573744964a633446537737aa67061636b6574aa616e737765722d697157", Hex(ClassicFormat.BroadcastAck("3De7sz", Answer("\"answer-iqW\""))));
        Assert.Equal("82a47479706509a9726571756573744964a633446537737a", Hex(ClassicFormat.BroadcastAck("3De7sz", EventArguments.Empty)));
        Assert.Equal("{\"type\":8,\"requestId\":\"3De7sz\",\"clientCount\":1}", Text(ClassicFormat.ClientCount("3De7sz", 1)));
        Assert.Equal("{\"uid\":\"lerRGd\",\"requestId\":\"4MRIh9\",\"type\":5,\"opts\":{\"rooms\":[\"room1\"],\"except\":[\"zzz\"]}}", Text(ClassicFormat.Fetch(Uid, "4MRIh9", Some("room1", "zzz"))));
        Assert.Equal("{\"uid\":\"lerRGd\",\"requestId\":\"qx3I_f\",\"type\":1}", Text(ClassicFormat.AllRooms(Uid, "qx3I_f")));
        Assert.Equal(
            "{\"uid\":\"lerRGd\",\"type\":2,\"opts\":{\"rooms\":[],\"except\":[]},\"rooms\":[\"r2\",\"r3\"]}",
            Text(ClassicFormat.Control(Uid, ClassicType.RemoteJoin, Event("[]") with { Rooms = ["r2", "r3"] })));
        Assert.Equal(
            "{\"uid\":\"lerRGd\",\"type\":4,\"opts\":{\"rooms\":[\"x\"],\"except\":[]},\"close\":true}",
            Text(ClassicFormat.Control(Uid, ClassicType.RemoteDisconnect, Event("[]", new Audience { Rooms = ["x"] }) with { CloseConnection = true })));
        Assert.Equal("{\"uid\":\"lerRGd\",\"type\":6,\"data\":[\"ping-servers\",\"x\"]}", Text(ClassicFormat.ServerSideEmit(Uid, null, Event("[\"ping-servers\",\"x\"]").Payload)));
        Assert.Equal("{\"uid\":\"lerRGd\",\"requestId\":\"plMcld\",\"type\":6,\"data\":[\"ping-servers\"]}", Text(ClassicFormat.ServerSideEmit(Uid, "plMcld", Event("[\"ping-servers\"]").Payload)));
        Assert.Equal("{\"type\":6,\"requestId\":\"plMcld\",\"data\":\"pong\"}", Text(ClassicFormat.ServerSideAnswer("plMcld", Answer("\"pong\""))));
    }

    [Fact]
    public void Binary_values_in_text_are_what_JSON_of_Node_makes_of_them() => Assert.Equal(
        "{\"uid\":\"lerRGd\",\"type\":6,\"data\":[\"bin\",{\"type\":\"Buffer\",\"data\":[1,2,3]}]}",
        Text(ClassicFormat.ServerSideEmit(Uid, null, Binary().Payload)));

    [Fact]
    public void Sharded_messages()
    {
        const string tail = "\"uid\":\"ccaabcf92558a047\",\"nsp\":\"/\"}";
        const string all = "\"opts\":{\"rooms\":[],\"except\":[],\"flags\":{}}";
        Assert.Equal($"{{\"type\":3,\"data\":{{\"packet\":{{\"type\":2,\"data\":[\"hello\",1]}},{all}}},{tail}", Text(s_sharded.Broadcast(Event("[\"hello\",1]"))));
        Assert.Equal(
            $"{{\"type\":3,\"data\":{{\"packet\":{{\"type\":2,\"data\":[\"ask\",42]}},\"requestId\":\"673fa7a4eeb9150d\",\"opts\":{{\"rooms\":[],\"except\":[],\"flags\":{{\"timeout\":1000}}}}}},{tail}",
            Text(s_sharded.Ask(Event("[\"ask\",42]"), "673fa7a4eeb9150d", TimeSpan.FromSeconds(1))));
        Assert.Equal($"{{\"type\":7,\"data\":{{{all},\"requestId\":\"40aa288a65b56406\"}},{tail}", Text(s_sharded.Fetch("40aa288a65b56406", Audience.Everyone, null)));
        Assert.Equal($"{{\"type\":4,\"data\":{{{all},\"rooms\":[\"r2\",\"r3\"]}},{tail}", Text(s_sharded.Control(ShardedType.SocketsJoin, Event("[]") with { Rooms = ["r2", "r3"] })));
        Assert.Equal($"{{\"type\":6,\"data\":{{{all},\"close\":true}},{tail}", Text(s_sharded.Control(ShardedType.DisconnectSockets, Event("[]") with { CloseConnection = true })));
        Assert.Equal($"{{\"type\":9,\"data\":{{\"packet\":[\"ping-servers\",\"x\"]}},{tail}", Text(s_sharded.ServerSideEmit(null, Event("[\"ping-servers\",\"x\"]").Payload)));
        Assert.Equal($"{{\"type\":9,\"data\":{{\"requestId\":\"7bb1\",\"packet\":[\"ping-servers\"]}},{tail}", Text(s_sharded.ServerSideEmit("7bb1", Event("[\"ping-servers\"]").Payload)));
        Assert.Equal($"{{\"type\":11,\"data\":{{\"requestId\":\"673f\",\"clientCount\":1}},{tail}", Text(s_sharded.ClientCount("673f", 1)));
        Assert.Equal($"{{\"type\":12,\"data\":{{\"requestId\":\"673f\",\"packet\":\"answer-fr0\"}},{tail}", Text(s_sharded.Answer(ShardedType.BroadcastAck, "673f", Answer("\"answer-fr0\""))));
        Assert.Equal($"{{\"type\":12,\"data\":{{\"requestId\":\"673f\"}},{tail}", Text(s_sharded.Answer(ShardedType.BroadcastAck, "673f", EventArguments.Empty)));
        Assert.Equal(
            "84a47479706503a46461746182a67061636b657482a47479706502a46461746192a362696ec403010203a46f70747383a5726f6f6d7390a665786365707490a5666c61677380a3756964b063636161626366393235353861303437a36e7370a12f",
            Hex(s_sharded.Broadcast(Binary())));
    }

    [Fact]
    public void Sockets_are_told_as_Node_tells_them_and_read_back()
    {
        var socket = new SocketDescription(
            "iqWzkes02w9f0DT_AAAB",
            ["iqWzkes02w9f0DT_AAAB", "room1"],
            "{\"user\":\"u\"}"u8.ToArray(),
            new BasicHandshake
            {
                Headers = new Dictionary<string, string> { ["host"] = "127.0.0.1:42671" },
                Time = DateTimeOffset.FromUnixTimeMilliseconds(1795387216211),
                Address = "::ffff:127.0.0.1",
                Url = "/socket.io/?EIO=4",
                Query = new Dictionary<string, string> { ["EIO"] = "4" },
            },
            "{}"u8.ToArray());
        byte[] written = ClassicFormat.Response("Xxlzqh", json => SocketFormat.Write(json, [socket]));

        Assert.Equal(
            "{\"requestId\":\"Xxlzqh\",\"sockets\":[{\"id\":\"iqWzkes02w9f0DT_AAAB\",\"handshake\":{\"headers\":{\"host\":\"127.0.0.1:42671\"},\"time\":\"Sun Nov 22 2026 22:40:16 GMT+0000 (Coordinated Universal Time)\","
            + "\"address\":\"::ffff:127.0.0.1\",\"xdomain\":false,\"secure\":false,\"issued\":1795387216211,\"url\":\"/socket.io/?EIO=4\",\"query\":{\"EIO\":\"4\"},\"auth\":{}},"
            + "\"rooms\":[\"iqWzkes02w9f0DT_AAAB\",\"room1\"],\"data\":{\"user\":\"u\"}}]}",
            Text(written));
        SocketDescription read = Assert.Single(SocketFormat.Read(NodeMessage.Find(NodeMessage.TryRead(written)!.Root, "sockets"))!);
        Assert.Equal((socket.Id, "127.0.0.1:42671", socket.Handshake.Time), (read.Id, read.Handshake.Headers["host"], read.Handshake.Time));
        Assert.Equal(socket.Rooms, read.Rooms);
        Assert.Equal("{\"user\":\"u\"}", Text(read.Data));
    }

    [Theory]
    [InlineData("{")]
    [InlineData("{\"a\":1}x")]
    [InlineData("nothing")]
    [InlineData("{\"a\":\"\\ud800\"}")]
    public void Messages_that_are_none_are_refused_without_harm(string text)
    {
        NodeMessage? message = NodeMessage.TryRead(Encoding.UTF8.GetBytes(text));
        Assert.True(message is null || NodeMessage.ReadAudience(NodeMessage.Find(message.Root, "opts")) == Audience.Everyone);
        Assert.Null(NodeMessage.TryRead(new byte[] { (byte)'{', (byte)'"', 0xff, (byte)'"', (byte)':', (byte)'1', (byte)'}' }));
    }

    private static Publication Event(string json, Audience? audience = null) => new()
    {
        Kind = PublicationKind.Event,
        Namespace = NamespacePath.Root,
        Audience = audience ?? Audience.Everyone,
        Payload = new EventPayload(Encoding.UTF8.GetBytes(json), []),
    };

    private static Publication Binary() => Event("") with { Payload = new EventPayload("[\"bin\",{\"_placeholder\":true,\"num\":0}]"u8.ToArray(), s_bytes) };

    private static Audience Some(string room, string except) => new() { Rooms = [room], Except = [except] };

    private static EventArguments Answer(string json)
    {
        var packet = new Packet { Kind = PacketKind.Ack, Namespace = "/"u8.ToArray(), Data = Encoding.UTF8.GetBytes($"[{json}]") };
        return EventArguments.From(in packet);
    }

    private static string Hex(ReadOnlyMemory<byte> bytes) => Convert.ToHexStringLower(bytes.Span);

    private static string Text(ReadOnlyMemory<byte> bytes) => Encoding.UTF8.GetString(bytes.Span);
}
