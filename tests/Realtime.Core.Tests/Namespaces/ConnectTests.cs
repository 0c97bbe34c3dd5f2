using System.Text.RegularExpressions;
using Microsoft.Extensions.DependencyInjection;
using Realtime.Core.Connections;
using Realtime.Core.Namespaces;
using Realtime.Core.Tests.Connections;
using Realtime.Core.Tests.Hosting;

namespace Realtime.Core.Tests.Namespaces;

public sealed class ConnectTests
{
    [Fact]
    public async Task A_client_joins_and_gets_the_id_of_its_socket()
    {
        await using TestServer server = TestServer.Start(builder => builder.AddNamespace("/").AddNamespace("/chat"));
        TestClient client = server.Connect();
        client.Send("40", "40/chat,{\"token\":1}");

        Assert.Matches("^40\\{\"sid\":\"[\\w-]{20}\"\\}$", client.Lines[0]);
        Assert.Matches("^40/chat,\\{\"sid\":\"[\\w-]{20}\"\\}$", client.Lines[1]);
        Assert.NotEqual(client.Lines[0][^22..], client.Lines[1][^22..]);
        RealtimeSocket socket = Assert.Single(server.Server.Of("/chat").Sockets);
        Assert.Equal("{\"token\":1}", Wire.Text(socket.Auth.Json));
        Assert.True(socket.IsConnected);
        Assert.Equal(1, server.Server.Of("/").SocketCount);
    }

    [Theory]
    [InlineData("40/nowhere,", "44/nowhere,{\"message\":\"Invalid namespace\"}")]
    [InlineData("40/nowhere", "44/nowhere,{\"message\":\"Invalid namespace\"}")]
    [InlineData("40", "44{\"message\":\"Invalid namespace\"}")]
    public async Task An_unknown_namespace_is_refused_and_the_connection_stays(string request, string answer)
    {
        await using TestServer server = TestServer.Start(builder => builder.AddNamespace("/chat"));
        TestClient client = server.Connect();
        client.Send(request);

        Assert.Equal([answer], client.Take());
        await TestServer.JoinAsync(client, "/chat");
    }

    [Fact]
    public async Task A_refusal_whose_data_cannot_be_written_reaches_the_client_without_it()
    {
        var loop = new List<object>();
        loop.Add(loop);
        await using TestServer server = TestServer.Start(builder => builder.AddNamespace("/", space => space.Use((context, _) =>
        {
            context.Refuse("no", loop);
            return default;
        })));
        TestClient client = server.Connect();
        client.Send("40");

        Assert.Equal(["44{\"message\":\"no\"}"], client.Take());
    }

    [Fact]
    public async Task A_refusal_carries_message_and_data_and_undoes_what_the_middleware_did()
    {
        RealtimeSocket? refused = null;
        await using TestServer server = TestServer.Start(builder => builder.AddNamespace("/", space => space.Use(async (context, next) =>
        {
            refused = context.Socket;
            await context.Socket.JoinAsync("early");
            context.Refuse("no", new Dictionary<string, int> { ["code"] = 7 });
            await next(context);
        }).OnConnected(_ => throw new InvalidOperationException("must not run")).OnDisconnected((_, _) => throw new InvalidOperationException("must not run"))));
        TestClient client = server.Connect();
        client.Send("40");

        Assert.Equal(["44{\"message\":\"no\",\"data\":{\"code\":7}}"], client.Take());
        Assert.True(client.Connection.IsOpen);
        Assert.Empty(server.Server.Of("/").RoomNames);
        Assert.Equal(0, server.Server.Of("/").SocketCount);
        Assert.False(refused!.IsConnected);
        await refused.JoinAsync("later");
        Assert.Empty(server.Server.Of("/").RoomNames);
        Assert.DoesNotContain(server.Logged, line => line.Contains("must not run", StringComparison.Ordinal));
        client.Send("40");
        Assert.Single(client.Take());
    }

    [Fact]
    public async Task Middlewares_run_in_order_and_may_think()
    {
        var seen = new List<string>();
        await using TestServer server = TestServer.Start(builder => builder.AddNamespace("/", space =>
        {
            foreach (string name in (string[])["a", "b", "c"])
            {
                space.Use(async (context, next) =>
                {
                    seen.Add(name);
                    await Task.Yield();
                    await next(context);
                    seen.Add(name + " after");
                });
            }

            space.OnConnected(socket =>
            {
                seen.Add("connected");
                return default;
            });
        }));
        await server.JoinAsync();
        await Patience.UntilAsync(() => seen.Contains("connected"));

        Assert.Equal(["a", "b", "c", "c after", "b after", "a after", "connected"], seen);
    }

    [Fact]
    public async Task A_middleware_that_throws_refuses_without_telling_why()
    {
        await using TestServer server = TestServer.Start(builder => builder.AddNamespace("/", space => space.Use((_, _) => throw new InvalidOperationException("secret"))));
        TestClient client = server.Connect();
        client.Send("40");

        Assert.Equal(["44{\"message\":\"Internal server error\"}"], client.Lines);
        Assert.Contains(server.Logged, line => line.StartsWith("Error MiddlewareFailed", StringComparison.Ordinal) && line.Contains("secret", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_middleware_may_refuse_by_throwing_and_by_doing_nothing()
    {
        await using TestServer server = TestServer.Start(builder => builder
            .AddNamespace("/thrown", space => space.Use((_, _) => throw new ConnectionRefusedException("go away", 42)))
            .AddNamespace("/silent", space => space.Use((_, _) => default)));
        TestClient client = server.Connect();
        client.Send("40/thrown,", "40/silent,");

        Assert.Equal(["44/thrown,{\"message\":\"go away\",\"data\":42}", "44/silent,{\"message\":\"Connection refused\"}"], client.Lines);
    }

    [Theory]
    [InlineData("40", "40")]
    [InlineData("42[\"early\"]")]
    [InlineData("430[]")]
    [InlineData("41")]
    [InlineData("40", "44{\"message\":\"x\"}")]
    public async Task What_breaks_the_order_of_the_protocol_closes_the_connection(params string[] messages)
    {
        await using TestServer server = TestServer.Start(builder => builder.AddNamespace("/"));
        TestClient client = server.Connect();
        client.Send(messages);

        Assert.True(client.HasEnded);
        Assert.Equal(CloseReason.ForcedServerClose, client.Connection.CloseReason);
        Assert.Equal(0, server.Server.Of("/").SocketCount);
    }

    [Theory]
    [InlineData("49")]
    [InlineData("4")]
    [InlineData("42{}")]
    [InlineData("40[]")]
    [InlineData("451-[\"x\",{\"_placeholder\":true,\"num\":0}]", "42[\"text\"]")]
    public async Task Bytes_that_are_no_packet_close_the_connection(params string[] messages)
    {
        await using TestServer server = TestServer.Start(builder => builder.AddNamespace("/"));
        (TestClient client, _) = await server.JoinAsync();
        client.Send(messages);

        Assert.True(client.HasEnded);
        Assert.Equal(CloseReason.ForcedClose, client.Connection.CloseReason);
    }

    [Fact]
    public async Task A_client_may_leave_and_come_back_in_one_go()
    {
        await using TestServer server = TestServer.Start(builder => builder.AddNamespace("/"));
        (TestClient client, string first) = await server.JoinAsync();
        client.Send("41");
        string second = await TestServer.JoinAsync(client);

        Assert.NotEqual(first, second);
        Assert.Equal(second, Assert.Single(server.Server.Of("/").Sockets).Id);
    }

    [Fact]
    public async Task Who_joins_nothing_in_time_is_closed_and_a_middleware_that_thinks_does_not_count()
    {
        var never = new TaskCompletionSource();
        await using TestServer server = TestServer.Start(builder => builder.AddNamespace("/").AddNamespace("/slow", space => space.Use((_, _) => new ValueTask(never.Task))));
        TestClient idle = server.Connect();
        TestClient thinking = server.Connect();
        (TestClient joined, _) = await server.JoinAsync();
        thinking.Send("40/slow,");
        foreach (TestClient client in (TestClient[])[idle, thinking, joined])
        {
            ConnectionHeartbeatTests.AnswerPings(client);
        }

        joined.Send("41");
        server.Time.Pass(45.1);

        Assert.Equal(CloseReason.ConnectTimeout, idle.Connection.CloseReason);
        Assert.Equal(CloseReason.ConnectTimeout, thinking.Connection.CloseReason);
        Assert.True(joined.Connection.IsOpen);
    }

    [Fact]
    public async Task A_client_that_vanishes_while_a_middleware_thinks_leaves_nothing_behind()
    {
        var thinks = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var seen = new List<string>();
        RealtimeSocket? vanished = null;
        await using TestServer server = TestServer.Start(builder => builder.AddNamespace("/", space => space
            .Use(async (context, next) =>
            {
                vanished = context.Socket;
                await context.Socket.JoinAsync("early");
                await thinks.Task;
                await next(context);
            })
            .OnConnected(_ => Note("connected"))
            .OnDisconnected((_, _) => Note("disconnected"))));
        TestClient client = server.Connect();
        client.Send("40");
        Assert.Contains("early", server.Server.Of("/").RoomNames);
        client.Peer.Close();
        thinks.SetResult();
        await Patience.UntilAsync(() => !server.Server.Of("/").RoomNames.Any());

        Assert.Empty(seen);
        Assert.Equal(0, server.Server.Of("/").SocketCount);
        Assert.False(vanished!.IsConnected);
        Assert.Equal(0, server.Server.Engine.Count);

        ValueTask Note(string what)
        {
            seen.Add(what);
            return default;
        }
    }

    [Fact]
    public async Task Events_wait_until_the_connected_handlers_have_run()
    {
        var seen = new List<string>();
        var arrives = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using TestServer server = TestServer.Start(builder => builder.AddNamespace("/", space => space
            .OnConnected(async _ =>
            {
                seen.Add("connected");
                await arrives.Task;
                seen.Add("ready");
            })
            .On("x", _ =>
            {
                seen.Add("x");
                return default;
            })));
        TestClient client = server.Connect();
        client.Send("40", "42[\"x\"]");
        Assert.Equal(["connected"], seen);
        arrives.SetResult();
        await Patience.UntilAsync(() => seen.Contains("x"));

        Assert.Equal(["connected", "ready", "x"], seen);
    }

    [Theory]
    [InlineData(false, "connected x")]
    [InlineData(true, "connected disconnected")]
    public async Task A_client_that_reacts_to_the_confirmation_at_once_does_not_overtake_the_connected_handlers(bool leaves, string expected)
    {
        var seen = new System.Collections.Concurrent.ConcurrentQueue<string>();
        var thinks = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using TestServer server = TestServer.Start(builder => builder.AddNamespace("/", space => space
            .Use(async (context, next) =>
            {
                await thinks.Task; // from here on no batch of input holds the confirmation back
                await next(context);
            })
            .OnConnected(_ => Note("connected"))
            .On("x", _ => Note("x"))
            .OnDisconnected((_, _) => Note("disconnected"))));
        TestClient client = server.Connect();
        client.Reacts = line =>
        {
            if (leaves)
            {
                client.Peer.Close();
            }
            else
            {
                client.Send("42[\"x\"]");
            }
        };
        client.Send("40");
        thinks.SetResult();
        await Patience.UntilAsync(() => seen.Count == 2);

        Assert.Equal(expected, string.Join(' ', seen));

        ValueTask Note(string what)
        {
            seen.Enqueue(what);
            return default;
        }
    }

    [Fact]
    public async Task A_namespace_comes_into_being_when_a_pattern_accepts_its_name()
    {
        var created = new List<string>();
        await using TestServer server = TestServer.Start(builder => builder
            .AddNamespace(new Regex("^/game-\\d+$"), space => space.OnCreated(made => created.Add(made.Name)).On("who", context => context.AckAsync("game")))
            .AddNamespace(request => new ValueTask<bool>(request.Name.StartsWith("/game", StringComparison.Ordinal) && Wire.Text(request.Auth.Json).Contains("key", StringComparison.Ordinal)), space => space.On("who", context => context.AckAsync("predicate")))
            .AddNamespace("/game-1", space => space.On("who", context => context.AckAsync("named"))));

        Assert.Equal("game", await Who("/game-2"));
        Assert.Equal("game", await Who("/game-2"));
        Assert.Equal("named", await Who("/game-1"));
        Assert.Equal("predicate", await Who("/game-x", "{\"key\":1}"));
        TestClient refused = server.Connect();
        refused.Send("40/game-y,");
        Assert.Equal(["44/game-y,{\"message\":\"Invalid namespace\"}"], refused.Lines);
        Assert.Equal(["/game-2"], created);
        Assert.Equal(["/game-1", "/game-2", "/game-x"], server.Server.Namespaces.Select(space => space.Name).Order());
        Assert.Throws<KeyNotFoundException>(() => server.Server.Of("/game-3"));

        async Task<string> Who(string path, string auth = "")
        {
            (TestClient client, _) = await server.JoinAsync(path, auth);
            client.Send($"42{path},1[\"who\"]");
            return client.Lines.Single()[$"43{path},1[\"".Length..^2];
        }
    }

    [Fact]
    public async Task A_predicate_that_throws_refuses_one_client()
    {
        await using TestServer server = TestServer.Start(builder => builder.AddNamespace(_ => throw new InvalidOperationException("broken"), _ => { }));
        TestClient client = server.Connect();
        client.Send("40/x,");

        Assert.Equal(["44/x,{\"message\":\"Invalid namespace\"}"], client.Lines);
        Assert.Contains(server.Logged, line => line.Contains("broken", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_namespace_of_a_pattern_is_removed_with_its_last_client_if_the_options_say_so(bool cleanup)
    {
        await using TestServer server = TestServer.Start(
            builder => builder.AddNamespace(new Regex("^/room"), space => space.Use((context, next) => context.Socket.Auth.Json.Length > 2 ? default : next(context))).AddNamespace("/room-named"),
            options => options.CleanupEmptyChildNamespaces = cleanup);
        (TestClient a, _) = await server.JoinAsync("/room-1");
        (TestClient b, _) = await server.JoinAsync("/room-1");
        (TestClient named, _) = await server.JoinAsync("/room-named");
        a.Send("41/room-1,");
        Assert.Contains("/room-1", Names());
        b.Peer.Close();
        named.Peer.Close();
        Assert.Equal(cleanup ? ["/room-named"] : ["/room-1", "/room-named"], Names());
        TestClient refused = server.Connect();
        refused.Send("40/room-2,{\"refuse\":1}");
        Assert.StartsWith("44/room-2", refused.Lines.Single(), StringComparison.Ordinal);
        Assert.Equal(!cleanup, Names().Contains("/room-2"));
        await server.JoinAsync("/room-1");
        Assert.Contains("/room-1", Names());

        string[] Names() => [.. server.Server.Namespaces.Select(space => space.Name).Order()];
    }
}
