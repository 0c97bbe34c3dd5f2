using System.Collections.Concurrent;
using Microsoft.Extensions.DependencyInjection;
using Realtime.Core.Hosting;
using Realtime.Core.Idempotency;
using Realtime.Core.Namespaces;
using Realtime.Core.Protocol;
using Realtime.Core.Tests.Connections;
using Realtime.Core.Tests.Hosting;

namespace Realtime.Core.Tests.Namespaces;

/// <summary>What a stock client with <c>retries</c> does: each try is a new event with a new ack id, and nothing but the payload says that it is the same message.</summary>
public sealed class IdempotentEventTests
{
    private const string Ann = "{\"user\":\"ann\"}";
    private static readonly RealtimeEvent<Order, string> s_order = new("order");
    private static readonly RealtimeEvent<Order> s_note = new("note");
    private readonly ConcurrentQueue<string> _handled = new();
    private readonly TaskCompletionSource _go = new(TaskCreationOptions.RunContinuationsAsynchronously);

    [Fact]
    public async Task Each_try_is_acknowledged_the_same_and_handled_once()
    {
        await using TestServer server = Start();
        (TestClient client, _) = await server.JoinAsync();
        client.Send("421[\"order\",{\"id\":\"a\"}]", "422[\"order\",{\"id\":\"a\"}]", "423[\"order\",{\"id\":\"b\"}]", "424[\"note\",{\"id\":\"a\"}]", "425[\"note\",{\"id\":\"a\"}]", "426[\"order\",{\"id\":\"a\"}]");

        Assert.Equal(["431[\"a 1\"]", "432[\"a 1\"]", "433[\"b 2\"]", "434[]", "435[]", "436[\"a 1\"]"], client.Lines);
        Assert.Equal(["a", "b", "note a"], _handled);
    }

    [Fact]
    public async Task A_try_on_another_connection_of_the_user_waits_for_the_one_that_runs()
    {
        await using TestServer server = Start();
        (TestClient client, _) = await server.JoinAsync(auth: Ann);
        (TestClient again, _) = await server.JoinAsync(auth: Ann);
        ConnectionHeartbeatTests.AnswerPings(again);
        client.Send("421[\"order\",{\"id\":\"slow\"}]");
        client.Peer.Close();
        again.Send("420[\"order\",{\"id\":\"slow\"}]");
        server.Time.Pass(100); // a handler that takes longer than its lease is still running
        Assert.DoesNotContain(again.Lines, line => line != "2");
        Assert.Equal(["slow"], _handled);
        _go.SetResult();
        await Patience.UntilAsync(() => again.Lines.Any(line => line != "2"));

        Assert.Equal(["430[\"slow 1\"]"], again.Lines.Where(line => line != "2"));
        Assert.Equal(["slow"], _handled);
    }

    [Fact]
    public async Task The_first_try_may_have_asked_for_no_acknowledgement()
    {
        await using TestServer server = Start();
        (TestClient client, _) = await server.JoinAsync();
        client.Send("42[\"order\",{\"id\":\"a\"}]", "42[\"order\",{\"id\":\"throws\"}]", "421[\"order\",{\"id\":\"a\"}]", "422[\"order\",{\"id\":\"throws\"}]");

        Assert.Equal(["431[\"a 1\"]", "432[{\"error\":{\"code\":\"handler_failed\",\"message\":\"The handler failed.\"}}]"], client.Lines);
    }

    [Theory]
    [InlineData("throws", "handler_failed")]
    [InlineData("throws later", "handler_failed")]
    [InlineData("forbidden", "forbidden")]
    public async Task A_handler_that_fails_has_failed_however_often_it_is_asked_for(string id, string code)
    {
        await using TestServer server = Start();
        (TestClient client, _) = await server.JoinAsync();
        client.Send($"421[\"order\",{{\"id\":\"{id}\"}}]");
        await Patience.UntilAsync(() => client.Lines.Length == 1);
        client.Send($"422[\"order\",{{\"id\":\"{id}\"}}]");
        await Patience.UntilAsync(() => client.Lines.Length == 2);

        Assert.Contains(code, client.Lines[0], StringComparison.Ordinal);
        Assert.Equal(client.Lines[0][3..], client.Lines[1][3..]);
        Assert.Equal([id], _handled);
    }

    [Fact]
    public async Task A_handler_that_stopped_because_its_client_is_gone_runs_again()
    {
        await using TestServer server = Start();
        (TestClient client, _) = await server.JoinAsync(auth: Ann);
        client.Send("421[\"order\",{\"id\":\"stops\"}]");
        client.Peer.Close();
        (TestClient again, _) = await server.JoinAsync(auth: Ann);
        again.Send("421[\"order\",{\"id\":\"stops\"}]");

        await Patience.UntilAsync(() => _handled.Count == 2);
    }

    [Fact]
    public async Task The_key_counts_for_the_user_the_event_and_the_namespace_only()
    {
        await using TestServer server = Start();
        foreach (string auth in (string[])["", "", Ann, "{\"user\":\"bob\"}"])
        {
            (TestClient client, _) = await server.JoinAsync(auth: auth);
            await TestServer.JoinAsync(client, "/other", auth);
            client.Send("421[\"order\",{\"id\":\"a\"}]", "42/other,1[\"order\",{\"id\":\"a\"}]", "42/other,1[\"order\",{\"id\":\"a\"}]");
        }

        (TestClient ann, _) = await server.JoinAsync(auth: Ann);
        ann.Send("429[\"order\",{\"id\":\"a\"}]");
        Assert.Equal(["439[\"a 5\"]"], ann.Lines);
        Assert.Equal(8, _handled.Count);
    }

    [Theory]
    [InlineData("{\"id\":\"\"}", "The event needs an idempotency key.")]
    [InlineData("{\"id\":null}", "The event needs an idempotency key.")]
    [InlineData("{\"id\":\"12345678901\"}", "The idempotency key has more than 10 characters.")]
    public async Task Without_a_key_that_fits_the_event_is_refused(string payload, string message)
    {
        await using TestServer server = Start(configure: options => options.Idempotency.MaxKeyLength = 10);
        (TestClient client, _) = await server.JoinAsync();
        client.Send($"421[\"order\",{payload}]");

        Assert.Equal([$"431[{{\"error\":{{\"code\":\"invalid_payload\",\"message\":\"{message}\",\"member\":\"$\"}}}}]"], client.Lines);
        Assert.Empty(_handled);
    }

    [Fact]
    public async Task Untyped_events_have_keys_too_and_attachments_are_kept()
    {
        await using TestServer server = TestServer.Start(builder => builder.AddNamespace("/", space => space.On("raw", async context =>
        {
            _handled.Enqueue(context.Get<string>(0)!);
            await context.AckAsync(new byte[] { 1, 2 }, "x", new byte[] { 3 });
        }).Idempotent(context => context.Get<string>(0))));
        (TestClient client, _) = await server.JoinAsync();
        client.Send("421[\"raw\",\"a\"]");
        string[] first = client.Take();
        client.Send("421[\"raw\",\"a\"]");

        Assert.Equal(3, first.Length);
        Assert.Equal(first, client.Lines);
        Assert.Equal(["a"], _handled);
    }

    [Fact]
    public async Task A_handler_that_acknowledges_late_is_known_late()
    {
        EventContext? kept = null;
        await using TestServer server = TestServer.Start(builder => builder.AddNamespace("/", space => space.On("late", context =>
        {
            kept = context;
            _handled.Enqueue("late");
            return default;
        }).Idempotent(_ => "k")));
        (TestClient client, _) = await server.JoinAsync();
        client.Send("421[\"late\"]", "422[\"late\"]");
        Assert.Empty(client.Lines);
        await kept!.AckAsync("at last");
        client.Send("423[\"late\"]");

        Assert.Equal(["431[\"at last\"]", "433[\"at last\"]"], client.Lines);
        Assert.Equal(["late"], _handled);
    }

    [Fact]
    public async Task The_answer_is_kept_before_it_is_sent()
    {
        var store = new StagedStore { Holds = true };
        await using TestServer server = Start(store);
        (TestClient client, _) = await server.JoinAsync();
        client.Send("421[\"order\",{\"id\":\"a\"}]", "422[\"order\",{\"id\":\"throws\"}]");
        Assert.Empty(client.Lines);
        Assert.Equal(["a"], _handled); // and the next message of the socket waits for that
        store.Go.SetResult();
        await Patience.UntilAsync(() => client.Lines.Length == 2);

        Assert.Equal("431[\"a 1\"]", client.Lines[0]);
    }

    [Fact]
    public async Task A_full_store_refuses_before_the_handler_runs()
    {
        await using TestServer server = Start(configure: options => options.Idempotency.MaxKeys = 1);
        (TestClient client, _) = await server.JoinAsync();
        client.Send("421[\"order\",{\"id\":\"a\"}]", "422[\"order\",{\"id\":\"b\"}]");

        Assert.Contains("buffer_full", client.Lines[1], StringComparison.Ordinal);
        Assert.Equal(["a"], _handled);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task An_orphaned_claim_is_taken_over_unless_the_event_runs_at_most_once(bool atMostOnce)
    {
        await using TestServer server = Start(new StagedStore { Orphans = true }, atMostOnce: atMostOnce);
        (TestClient client, _) = await server.JoinAsync(auth: Ann);
        client.Send("421[\"order\",{\"id\":\"a\"}]", "422[\"order\",{\"id\":\"a\"}]");

        Assert.Equal(2, client.Lines.Length);
        Assert.All(client.Lines, line => Assert.Contains(atMostOnce ? "\"code\":\"outcome_unknown\"" : "\"a 1\"", line, StringComparison.Ordinal));
        Assert.Equal(atMostOnce ? [] : ["a"], _handled);
    }

    [Fact]
    public async Task At_most_once_a_handler_that_stopped_because_its_client_is_gone_does_not_run_again()
    {
        await using TestServer server = Start(atMostOnce: true);
        (TestClient client, _) = await server.JoinAsync(auth: Ann);
        client.Send("421[\"order\",{\"id\":\"stops\"}]");
        client.Peer.Close();
        (TestClient again, _) = await server.JoinAsync(auth: Ann);
        again.Send("422[\"order\",{\"id\":\"stops\"}]");
        await Patience.UntilAsync(() => again.Lines.Length == 1);

        Assert.Contains("\"code\":\"outcome_unknown\"", again.Lines[0], StringComparison.Ordinal);
        Assert.Equal(["stops"], _handled);
    }

    [Fact]
    public async Task At_most_once_without_a_key_is_refused_at_start_up()
    {
        await using TestServer server = TestServer.Start(builder => builder.AddNamespace("/", space => space.On(s_order, HandleAsync).AtMostOnce()), start: false);
        InvalidOperationException refused = Assert.Throws<InvalidOperationException>(() => server.Server);
        Assert.Contains("'order'", refused.Message, StringComparison.Ordinal);
    }

    private TestServer Start(IIdempotencyStore? store = null, Action<RealtimeOptions>? configure = null, bool atMostOnce = false) => TestServer.Start(
        builder =>
        {
            builder.AddNamespace("/", Configure).AddNamespace("/other", Configure);
            if (store is not null)
            {
                builder.UseIdempotencyStore(_ => store);
            }

            void Configure(NamespaceBuilder space)
            {
                space.Use((context, next) =>
                {
                    context.Socket.UserId = context.Socket.GetAuth<Auth>()?.User;
                    return next(context);
                });
                TypedEventBuilder<Order> order = space.On(s_order, HandleAsync).Idempotent(order => order.Id);
                _ = atMostOnce ? order.AtMostOnce() : order;
                space.On(s_note, (_, note) =>
                {
                    _handled.Enqueue("note " + note.Id);
                    return default;
                }).Idempotent(note => note.Id);
            }
        },
        configure);

    private async ValueTask<string> HandleAsync(EventContext context, Order order)
    {
        _handled.Enqueue(order.Id!);
        int number = _handled.Count;
        switch (order.Id)
        {
            case "slow":
                await _go.Task;
                break;
            case "throws":
                throw new InvalidOperationException();
            case "throws later":
                await Task.Yield();
                throw new InvalidOperationException();
            case "forbidden":
                throw new RoomForbiddenException("secret");
            case "stops":
                await _go.Task.WaitAsync(context.Disconnected);
                break;
        }

        return $"{order.Id} {number}";
    }

    internal sealed record Order(string? Id);

    internal sealed record Auth(string? User = null);
}
