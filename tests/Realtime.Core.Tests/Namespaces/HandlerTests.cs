using System.Collections.Concurrent;
using Microsoft.Extensions.DependencyInjection;
using Realtime.Core.Acks;
using Realtime.Core.Namespaces;
using Realtime.Core.Protocol;
using Realtime.Core.Tests.Connections;
using Realtime.Core.Tests.Hosting;

namespace Realtime.Core.Tests.Namespaces;

public sealed class HandlerTests
{
    private static readonly RealtimeEvent<Message> s_note = new("note");
    private static readonly RealtimeEvent<Message, string> s_ask = new("ask");

    [Fact]
    public async Task Handlers_may_be_untyped_typed_or_classes_and_acknowledge()
    {
        var seen = new ConcurrentQueue<string>();
        await using TestServer server = TestServer.Start(
            builder => builder.AddNamespace("/", space => space
                .On("raw", context => context.AckAsync(context.Get<int>(0) + 1, context.Get<string>(1)))
                .On(s_note, (context, message) =>
                {
                    seen.Enqueue(message.Text);
                    return default;
                })
                .On(s_ask, async (_, message) =>
                {
                    await Task.Yield();
                    return message.Text + "!";
                })
                .Handle<NoteHandler, Message>(new RealtimeEvent<Message>("class"))
                .Handle<AskHandler, Message, string>(new RealtimeEvent<Message, string>("class-ask"))),
            add: services => services.AddSingleton(seen).AddScoped<Counter>().AddTransient<NoteHandler>().AddTransient<AskHandler>());
        (TestClient client, _) = await server.JoinAsync();

        Assert.Equal("430[2,\"b\"]", await AskAsync(client, "420[\"raw\",1,\"b\"]"));
        Assert.Equal("431[]", await AskAsync(client, "421[\"note\",{\"text\":\"hi\"}]"));
        Assert.Equal("432[\"hi!\"]", await AskAsync(client, "422[\"ask\",{\"text\":\"hi\"}]"));
        Assert.Equal("433[]", await AskAsync(client, "423[\"class\",{\"text\":\"one\"}]"));
        Assert.Equal("434[]", await AskAsync(client, "424[\"class\",{\"text\":\"two\"}]"));
        Assert.Equal("435[\"two 1\"]", await AskAsync(client, "425[\"class-ask\",{\"text\":\"two\"}]"));
        Assert.Equal(["hi", "one 1", "disposed", "two 1", "disposed", "disposed"], seen); // a scope of its own for each message
    }

    [Fact]
    public async Task An_acknowledgement_is_sent_once_and_only_to_who_asked()
    {
        await using TestServer server = TestServer.Start(builder => builder.AddNamespace("/", space => space.On("x", async context =>
        {
            Assert.Equal(context.Arguments.Count == 0, !context.WantsAck);
            await context.AckAsync("first");
            await context.AckAsync("second");
        })));
        (TestClient client, _) = await server.JoinAsync();
        client.Send("42[\"x\"]", "427[\"x\",1]");

        Assert.Equal(["437[\"first\"]"], client.Lines);
    }

    [Fact]
    public async Task One_socket_is_handled_in_order_also_by_handlers_that_take_their_time()
    {
        var seen = new ConcurrentQueue<int>();
        await using TestServer server = TestServer.Start(
            builder => builder.AddNamespace("/", space => space.On("n", async context =>
            {
                int number = context.Get<int>(0);
                for (int i = number % 4; i > 0; i--)
                {
                    await Task.Yield();
                }

                seen.Enqueue(number);
            })),
            options => options.MaxWaitingEvents = 10);
        (TestClient client, _) = await server.JoinAsync();
        client.Send([.. Enumerable.Range(0, 2000).Select(i => $"42[\"n\",{i}]")]);
        await Patience.UntilAsync(() => seen.Count == 2000 && !client.Connection.IsReadingSuspended);

        Assert.Equal(Enumerable.Range(0, 2000), seen);
    }

    [Fact]
    public async Task While_a_handler_runs_answers_and_heartbeats_are_taken_all_the_same()
    {
        var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using TestServer server = TestServer.Start(builder => builder.AddNamespace("/", space => space.On("slow", _ => new ValueTask(done.Task))));
        (TestClient client, _) = await server.JoinAsync();
        RealtimeSocket socket = server.Server.Of("/").Sockets.Single();
        ConnectionHeartbeatTests.AnswerPings(client);
        client.Send("42[\"slow\"]");
        ValueTask<EventArguments> asked = socket.EmitWithAckAsync("question");
        client.Send("430[42]");

        Assert.Equal("42", Wire.Text((await asked.Within())[0].Json));
        server.Time.Pass(200);
        Assert.True(client.Connection.IsOpen);
        done.SetResult();
    }

    [Fact]
    public async Task A_handler_may_await_an_answer_of_its_own_client()
    {
        await using TestServer server = TestServer.Start(builder => builder.AddNamespace("/", space => space.On("start", async context =>
        {
            EventArguments answer = await context.Socket.EmitWithAckAsync("question");
            await context.AckAsync(answer[0]);
        })));
        (TestClient client, _) = await server.JoinAsync();
        client.Reacts = line =>
        {
            if (line.Contains("question", StringComparison.Ordinal))
            {
                client.Send("43" + line[2..line.IndexOf('[', StringComparison.Ordinal)] + "[\"yes\"]");
            }
        };

        Assert.Equal("435[\"yes\"]", await AskAsync(client, "425[\"start\"]"));
    }

    [Fact]
    public async Task JSON_of_its_own_that_a_handler_cannot_read_is_not_the_fault_of_the_client()
    {
        await using TestServer server = TestServer.Start(builder => builder.AddNamespace("/", space => space
            .On("own", _ =>
            {
                System.Text.Json.JsonSerializer.Deserialize<int>("\"secret\"");
                return default;
            })
            .On("theirs", context =>
            {
                context.Get<int>(0);
                return default;
            })));
        (TestClient client, _) = await server.JoinAsync();

        Assert.Contains("handler_failed", await AskAsync(client, "420[\"own\"]"), StringComparison.Ordinal);
        Assert.Contains("invalid_payload", await AskAsync(client, "421[\"theirs\",\"text\"]"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_handler_whose_answer_cannot_be_written_answers_that_it_failed()
    {
        var circle = new List<object>();
        circle.Add(circle);
        await using TestServer server = TestServer.Start(builder => builder.AddNamespace("/", space => space
            .On("circle", context => context.AckAsync(circle))
            .On("fine", context => context.AckAsync("fine"))));
        (TestClient client, _) = await server.JoinAsync();

        Assert.Contains("handler_failed", await AskAsync(client, "420[\"circle\"]"), StringComparison.Ordinal);
        Assert.Equal("431[\"fine\"]", await AskAsync(client, "421[\"fine\"]"));
    }

    [Fact]
    public async Task A_handler_that_throws_fails_its_message_and_nothing_else()
    {
        var errors = new List<string>();
        await using TestServer server = TestServer.Start(builder => builder.AddNamespace("/", space => space
            .On("now", _ => throw new InvalidOperationException("secret now"))
            .On("later", async _ =>
            {
                await Task.Yield();
                throw new InvalidOperationException("secret later");
            })
            .On("fine", context => context.AckAsync("fine"))
            .OnError((socket, exception) => throw new InvalidOperationException("the listener fails too"))
            .OnError((socket, exception) => errors.Add(exception.Message))));
        (TestClient client, _) = await server.JoinAsync();

        const string error = "[{\"error\":{\"code\":\"handler_failed\",\"message\":\"The handler failed.\"}}]";
        Assert.Equal("430" + error, await AskAsync(client, "420[\"now\"]"));
        Assert.Equal("431" + error, await AskAsync(client, "421[\"later\"]"));
        Assert.Equal("432[\"fine\"]", await AskAsync(client, "422[\"fine\"]"));
        Assert.Equal(["secret now", "secret later"], errors);
        Assert.Equal(2, server.Logged.Count(line => line.StartsWith("Error HandlerFailed", StringComparison.Ordinal)));
        Assert.Equal(2, server.Logged.Count(line => line.StartsWith("Error ListenerFailed", StringComparison.Ordinal)));
        Assert.True(client.Connection.IsOpen);
    }

    [Theory]
    [InlineData("420[\"ask\",{\"text\":5}]", "$.text")]
    [InlineData("420[\"ask\",[]]", "$")]
    [InlineData("420[\"note\",{\"text\":{}}]", "$.text")]
    public async Task A_payload_that_does_not_fit_is_refused_and_names_the_member(string message, string member)
    {
        await using TestServer server = TestServer.Start(builder => builder.AddNamespace("/", space => space
            .On(s_ask, (_, _) => throw new InvalidOperationException("must not run"))
            .On(s_note, (_, _) => throw new InvalidOperationException("must not run"))));
        (TestClient client, _) = await server.JoinAsync();

        Assert.Equal($"430[{{\"error\":{{\"code\":\"invalid_payload\",\"message\":\"The payload does not fit the event at {member}.\",\"member\":\"{member}\"}}}}]", await AskAsync(client, message));
        Assert.Contains(server.Logged, line => line.StartsWith("Debug InvalidPayload", StringComparison.Ordinal));
        Assert.True(client.Connection.IsOpen);
    }

    [Fact]
    public async Task Catch_all_listeners_and_middlewares_stand_around_the_handlers()
    {
        var seen = new List<string>();
        await using TestServer server = TestServer.Start(builder => builder.AddNamespace("/", space => space
            .OnAny(context => Note($"any {context.EventName} {context.Arguments.Count}"))
            .UseEvents(async (context, next) =>
            {
                seen.Add("before");
                if (context.EventName != "dropped")
                {
                    await next(context);
                }

                seen.Add("after");
            })
            .UseEvents((context, next) => context.EventName == "refused" ? throw new InvalidOperationException("refused") : next(context))
            .On(s_note, (_, message) => Note(message.Text))
            .On("dropped", _ => Note("must not run"))
            .On("refused", _ => Note("must not run"))
            .OnError((_, exception) => seen.Add(exception.Message))));
        (TestClient client, _) = await server.JoinAsync();
        client.Send("42[\"note\",{\"text\":\"hi\"}]", "42[\"unknown\",1,2]", "42[\"dropped\"]", "42[\"refused\"]");

        Assert.Equal(["any note 1", "before", "hi", "after", "any unknown 2", "before", "after", "any dropped 0", "before", "after", "any refused 0", "before", "refused"], seen);

        ValueTask Note(string what)
        {
            seen.Add(what);
            return default;
        }
    }

    [Fact]
    public async Task Outgoing_listeners_hear_of_every_event_to_every_socket()
    {
        var seen = new List<string>();
        await using TestServer server = TestServer.Start(builder => builder.AddNamespace("/", space => space
            .OnAnyOutgoing((socket, name, arguments) => seen.Add($"{name} {arguments.Count} {socket.Data}"))));
        (TestClient client, string a) = await server.JoinAsync();
        (_, string b) = await server.JoinAsync();
        RealtimeNamespace space = server.Server.Of("/");
        space.FindSocket(a)!.Data = "a";
        space.FindSocket(b)!.Data = "b";
        await space.FindSocket(a)!.EmitAsync("direct", 1);
        await space.FindSocket(a)!.Broadcast.EmitAsync("others");
        await space.EmitAsync("all", 1, 2);
        ValueTask<BroadcastAcks> asked = space.To(a).EmitWithAckAsync("asked");
        client.Send("430[]");
        await asked.Within();

        Assert.Equal(["direct 1 a", "others 0 b"], seen.Take(2));
        Assert.Equal(["all 2 a", "all 2 b"], seen.Skip(2).Take(2).Order());
        Assert.Equal("asked 0 a", seen[4]);
    }

    [Fact]
    public async Task Binary_values_travel_both_ways()
    {
        await using TestServer server = TestServer.Start(builder => builder.AddNamespace("/", space => space.On("echo", context => context.AckAsync(context.Get<byte[]>(0)))));
        (TestClient client, _) = await server.JoinAsync();
        client.Send("451-3[\"echo\",{\"_placeholder\":true,\"num\":0}]");
        client.Peer.Send(new Realtime.Core.Framing.EncodedMessage(IsBinary: true, new byte[] { 1, 2, 3 }));

        Assert.Equal(["461-3[{\"_placeholder\":true,\"num\":0}]", "<bin 010203>"], client.Lines);
    }

    [Fact]
    public async Task A_full_inbox_stops_reading_and_goes_on_when_the_handlers_have_caught_up()
    {
        var go = new SemaphoreSlim(0);
        int handled = 0;
        await using TestServer server = TestServer.Start(
            builder => builder.AddNamespace("/", space => space.On("x", async _ =>
            {
                await go.WaitAsync();
                Interlocked.Increment(ref handled);
            })).AddNamespace("/other", space => space.On("x", _ => default)),
            options => options.MaxWaitingEvents = 5);
        (TestClient client, _) = await server.JoinAsync();
        await TestServer.JoinAsync(client, "/other");
        client.Send("42[\"x\"]");
        for (int i = 1; i < 5; i++)
        {
            client.Send("42[\"x\"]");
            Assert.False(client.Connection.IsReadingSuspended);
        }

        client.Send("42[\"x\"]");
        Assert.True(client.Connection.IsReadingSuspended);
        client.Send("42/other,1[\"x\"]");
        server.Time.Pass(300);
        Assert.True(client.Connection.IsOpen); // not dead: it is we who do not read
        go.Release(100);
        await Patience.UntilAsync(() => Volatile.Read(ref handled) == 6 && !client.Connection.IsReadingSuspended);
    }

    private static async Task<string> AskAsync(TestClient client, string message)
    {
        client.Send(message);
        await Patience.UntilAsync(() => client.Lines.Any(line => line.StartsWith("43", StringComparison.Ordinal)));
        return client.Take().Single(line => line.StartsWith("43", StringComparison.Ordinal));
    }

    public sealed record Message(string Text);

    private sealed class Counter : IDisposable
    {
        private readonly ConcurrentQueue<string> _seen;

        public Counter(ConcurrentQueue<string> seen) => _seen = seen;

        public int Count { get; set; }

        public void Dispose() => _seen.Enqueue("disposed");
    }

    private sealed class NoteHandler(ConcurrentQueue<string> seen, Counter counter) : IEventHandler<Message>
    {
        public async ValueTask HandleAsync(EventContext context, Message payload)
        {
            await Task.Yield();
            seen.Enqueue($"{payload.Text} {++counter.Count}");
        }
    }

    private sealed class AskHandler(Counter counter) : IEventHandler<Message, string>
    {
        public ValueTask<string> HandleAsync(EventContext context, Message payload) => new($"{payload.Text} {++counter.Count}");
    }
}
