using Microsoft.Extensions.DependencyInjection;
using Realtime.Core.Namespaces;
using Realtime.Core.Tests.Connections;
using Realtime.Core.Tests.Hosting;
using Realtime.Core.Transports;

namespace Realtime.Core.Tests.Namespaces;

public sealed class DisconnectTests
{
    public static TheoryData<string, string> Ends => new()
    {
        { "client", "client namespace disconnect" },
        { "server", "server namespace disconnect" },
        { "server closes", "server namespace disconnect" },
        { "transport", "transport close" },
        { "transport error", "transport error" },
        { "ping", "ping timeout" },
        { "shutdown", "server shutting down" },
        { "garbage", "forced close" },
        { "violation", "forced server close" },
        { "parse", "parse error" },
    };

    [Theory]
    [MemberData(nameof(Ends))]
    public async Task Disconnecting_sees_the_rooms_and_disconnected_does_not(string end, string reason)
    {
        var seen = new List<string>();
        await using TestServer server = TestServer.Start(builder => builder.AddNamespace("/", space => space
            .OnConnected(socket => socket.JoinAsync("x", "y"))
            .OnDisconnecting((socket, why) => Note($"disconnecting {why} {socket.Rooms.Count} {string.Join(' ', socket.Rooms.Skip(1))} {socket.IsConnected}"))
            .OnDisconnecting((_, _) => throw new InvalidOperationException("must not keep the others from running"))
            .OnDisconnected((socket, why) => Note($"disconnected {why} {socket.Rooms.Count}"))));
        (TestClient client, string id) = await server.JoinAsync();
        RealtimeSocket socket = server.Server.Of("/").FindSocket(id)!;
        CancellationToken gone = socket.Disconnected;
        switch (end)
        {
            case "client":
                client.Send("41");
                break;
            case "server":
                await socket.DisconnectAsync();
                Assert.Equal(["41"], client.Lines);
                break;
            case "server closes":
                await socket.DisconnectAsync(closeConnection: true);
                Assert.Equal(["41"], client.Lines);
                break;
            case "transport":
                client.Peer.Close();
                break;
            case "transport error":
                client.Peer.Close(new TransportException("broken"));
                break;
            case "ping":
                server.Time.Pass(56);
                break;
            case "shutdown":
                server.Server.Engine.Stop();
                break;
            case "garbage":
                client.Send("4nonsense");
                break;
            case "violation":
                client.Send("42/nowhere,[\"x\"]");
                break;
            default:
                client.Send("x");
                break;
        }

        Assert.Equal([$"disconnecting {reason} 3 x y False", $"disconnected {reason} 0"], seen);
        Assert.True(gone.IsCancellationRequested);
        Assert.True(socket.Disconnected.IsCancellationRequested);
        Assert.Equal(end is "client" or "server", client.Connection.IsOpen);
        Assert.Equal(!client.Connection.IsOpen, client.HasEnded);
        Assert.Empty(server.Server.Of("/").RoomNames);
        Assert.Null(server.Server.Of("/").FindSocket(id));
        await socket.JoinAsync("z");
        await socket.EmitAsync("nobody");
        Assert.Empty(server.Server.Of("/").RoomNames);
        Assert.DoesNotContain(client.Lines, line => line.Contains("nobody", StringComparison.Ordinal));

        ValueTask Note(string what)
        {
            seen.Add(what);
            return default;
        }
    }

    [Theory]
    [InlineData("client", "one two three gone")]
    [InlineData("transport", "one two three gone")]
    [InlineData("server", "one gone")]
    public async Task What_waits_is_still_handled_unless_it_was_the_server_that_disconnected(string end, string expected)
    {
        var seen = new System.Collections.Concurrent.ConcurrentQueue<string>();
        var go = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using TestServer server = TestServer.Start(builder => builder.AddNamespace("/", space => space
            .On("x", async context =>
            {
                seen.Enqueue(context.Get<string>(0)!);
                await go.Task;
            })
            .OnDisconnected((_, _) =>
            {
                seen.Enqueue("gone");
                return default;
            })));
        (TestClient client, string id) = await server.JoinAsync();
        client.Send("42[\"x\",\"one\"]", "42[\"x\",\"two\"]", "42[\"x\",\"three\"]");
        if (end == "client")
        {
            client.Send("41");
        }
        else if (end == "transport")
        {
            client.Peer.Close();
        }
        else
        {
            await server.Server.Of("/").FindSocket(id)!.DisconnectAsync();
            client.Send("42[\"x\",\"late\"]");
            Assert.True(client.Connection.IsOpen); // sent before it knew: ignored, no violation
        }

        go.SetResult();
        await Patience.UntilAsync(() => seen.Contains("gone"));
        Assert.Equal(expected, string.Join(' ', seen));
    }

    [Fact]
    public async Task A_publication_before_a_disconnect_arrives_before_it()
    {
        await using TestServer server = TestServer.Start(builder => builder.AddNamespace("/", space => space.On("kick", async context =>
        {
            await context.Socket.JoinAsync("room");
            await context.Socket.Owner.Public.To("room").EmitAsync("goodbye");
            await context.Socket.DisconnectAsync();
        })));
        (TestClient client, _) = await server.JoinAsync();
        client.Send("42[\"kick\"]");

        Assert.Equal(["42[\"goodbye\"]", "41"], client.Lines);
    }

    [Fact]
    public async Task Closing_the_connection_leaves_every_namespace_in_order()
    {
        await using TestServer server = TestServer.Start(builder => builder.AddNamespace("/", space => space.On("close", context => context.Socket.DisconnectAsync(closeConnection: true))).AddNamespace("/x"));
        (TestClient client, _) = await server.JoinAsync();
        await TestServer.JoinAsync(client, "/x");
        client.Send("42[\"close\"]");

        Assert.Equal(["41", "41/x,"], client.Lines);
        Assert.True(client.HasEnded);
        Assert.Equal(0, server.Server.Engine.Count);
    }

    [Fact]
    public async Task Leaving_one_namespace_leaves_the_others_alone()
    {
        await using TestServer server = TestServer.Start(builder => builder.AddNamespace("/").AddNamespace("/x", space => space.On("hi", context => context.AckAsync())));
        (TestClient client, _) = await server.JoinAsync();
        await TestServer.JoinAsync(client, "/x");
        client.Send("41", "42/x,1[\"hi\"]");

        Assert.Equal(["43/x,1[]"], client.Lines);
    }
}
