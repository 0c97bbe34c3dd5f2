using System.Text.Json.Nodes;
using Realtime.Client.Interop.Tests.Servers;
using Realtime.Client.Interop.Tests.Support;
using Realtime.Contracts;
using Realtime.Core.Protocol;

namespace Realtime.Client.Interop.Tests.Scenarios;

public abstract class BinaryScenarios(SharedServer shared, bool recovers = false) : Scenario(shared, recovers)
{
    [Theory, EveryTransport]
    public async Task Binary_at_any_depth_goes_both_ways(ClientTransports transports)
    {
        RealtimeClient client = await ConnectAsync(transports);
        Arrivals<Events.Album> back = Arrivals.Of(client.Socket, Events.AlbumBack);

        await client.EmitAsync(Events.AlbumBack, Events.Album.Sample);
        Events.Album.Sample.AssertIs(await client.EmitAsync(Events.EchoAlbum, Events.Album.Sample).Within());

        Events.Album.Sample.AssertIs(await back.NextAsync());
    }

    [Theory, EveryTransport]
    public async Task Empty_binary_is_binary(ClientTransports transports)
    {
        RealtimeClient client = await ConnectAsync(transports);

        Assert.Empty(await client.EmitAsync(Events.EchoBytes, []).Within());
        EventArguments answer = await client.EmitWithAckAsync("echo", Array.Empty<byte>(), "between", Array.Empty<byte>()).Within();
        Assert.True(answer[0].TryGetBinary(out ReadOnlyMemory<byte> first) && first.IsEmpty);
        Assert.True(answer[2].TryGetBinary(out ReadOnlyMemory<byte> last) && last.IsEmpty);
    }

    [Theory]
    [InlineData(ClientTransports.WebSocket, 1_000_000)]
    [InlineData(ClientTransports.Polling, 740_000)] // in base64 it is as much as the server takes in one body
    [InlineData(ClientTransports.PollingWithUpgrade, 740_000)]
    public async Task Large_binary_goes_both_ways(ClientTransports transports, int size)
    {
        RealtimeClient client = await ConnectAsync(transports);
        byte[] bytes = new byte[size];
        new Random(4).NextBytes(bytes);

        Assert.Equal(bytes, await client.EmitAsync(Events.EchoBytes, bytes).Within());
    }

    [Theory, EveryTransport]
    public async Task Ten_attachments_come_back_in_their_places(ClientTransports transports)
    {
        RealtimeClient client = await ConnectAsync(transports);
        object?[] arguments = [.. Enumerable.Range(0, 10).Select(static i => new byte[] { (byte)i, 0x1e })];

        EventArguments answer = await client.EmitWithAckAsync("echo", arguments).Within();

        Assert.Equal(10, answer.Count);
        for (int i = 0; i < 10; i++)
        {
            Assert.True(answer[i].TryGetBinary(out ReadOnlyMemory<byte> bytes));
            Assert.Equal([(byte)i, 0x1e], bytes.ToArray());
        }
    }

    [Theory, EveryTransport]
    public async Task Questions_and_answers_carry_binary(ClientTransports transports)
    {
        RealtimeClient client = await ConnectAsync(transports);
        client.On("turn", static context =>
        {
            Assert.True(context.Arguments[0].TryGetBinary(out ReadOnlyMemory<byte> bytes));
            byte[] turned = bytes.ToArray();
            Array.Reverse(turned);
            return context.AnswerAsync(turned, new { inside = turned });
        });

        JsonArray answer = await Rpc.AskAsync(client.Id, "turn", Bounded.Limit, new Dictionary<string, string> { ["$bin"] = Convert.ToBase64String([1, 2, 3]) });

        string turned = Convert.ToBase64String([3, 2, 1]);
        Assert.Equal(turned, (string?)answer[1]!["$bin"]);
        Assert.Equal(turned, (string?)answer[2]!["inside"]!["$bin"]);
    }

    [Theory, EveryTransport]
    public async Task Attachments_stay_with_their_event_when_many_emit_at_once(ClientTransports transports)
    {
        RealtimeClient client = await ConnectAsync(transports);
        ClientSocket a = await ConnectAsync(client.Of("/a"));

        await Parallel.ForAsync(0, 100, async (i, cancellationToken) =>
        {
            ClientSocket socket = i % 2 == 0 ? a : client.Socket;
            var album = new Events.Album($"{i}", [(byte)i], [[(byte)i, 1], [(byte)i, 2]]);
            album.AssertIs(await socket.EmitAsync(Events.EchoAlbum, album, cancellationToken).Within());
        });
    }
}

[Collection(nameof(OnOurs))]
public sealed class BinaryOnOurs(SharedOurs shared) : BinaryScenarios(shared);

[Collection(nameof(OnNode))]
public sealed class BinaryOnNode(SharedNode shared) : BinaryScenarios(shared);

[Collection(nameof(OnOurs))]
public sealed class BinaryOnOursRecovering(SharedOurs shared) : BinaryScenarios(shared, recovers: true);
