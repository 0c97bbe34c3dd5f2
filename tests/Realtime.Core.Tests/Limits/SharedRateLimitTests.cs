using System.Threading.RateLimiting;
using Microsoft.Extensions.DependencyInjection;
using Realtime.Core.Limits;
using Realtime.Core.Namespaces;
using Realtime.Core.Tests.Connections;
using Realtime.Core.Tests.Hosting;

namespace Realtime.Core.Tests.Limits;

/// <summary>Allowances of all servers together, with a store that the test answers for.</summary>
public sealed class SharedRateLimitTests
{
    private static readonly RateLimitPolicy s_three = new RateLimitPolicy("three", 3, TimeSpan.FromMinutes(1)).AcrossServers();
    private readonly Store _store = new();

    [Fact]
    public async Task An_event_waits_for_the_store_and_what_comes_behind_it_too()
    {
        await using TestServer server = Start(static space => space
            .On("x", static context => context.AckAsync()).RateLimit(s_three)
            .On("free", static context => context.AckAsync()));
        (TestClient client, _) = await server.JoinAsync();
        client.Send("420[\"x\"]", "421[\"free\"]", "422[\"x\"]", "423[\"free\"]");
        Assert.Empty(client.Lines);
        Assert.Equal(["three a"], _store.Asked);

        _store.Answer(RateLimitAnswer.Granted);
        await Patience.UntilAsync(() => _store.Asked.Count == 2);
        Assert.Equal(["430[]", "431[]"], client.Take());
        _store.Answer(RateLimitAnswer.Refused(TimeSpan.FromMilliseconds(700)));
        await Patience.UntilAsync(() => client.Lines.Length == 2);
        Assert.Equal(["""432[{"error":{"code":"rate_limited","message":"The rate limit 'three' was exceeded.","retryAfter":700}}]""", "433[]"], client.Take());
    }

    [Fact]
    public async Task A_store_that_does_not_know_or_fails_leaves_it_to_the_server_which_refuses_a_flood_without_asking()
    {
        await using TestServer server = Start(static space => space.On("x", static context => context.AckAsync()).RateLimit(s_three));
        (TestClient client, _) = await server.JoinAsync();
        client.Send("420[\"x\"]", "421[\"x\"]", "422[\"x\"]", "423[\"x\"]", "424[\"x\"]");
        _store.Answer(RateLimitAnswer.Unknown);
        await Patience.UntilAsync(() => _store.Asked.Count == 2);
        _store.Fail();
        await Patience.UntilAsync(() => _store.Asked.Count == 3);
        _store.Answer(RateLimitAnswer.Unknown);
        await Patience.UntilAsync(() => client.Lines.Length == 5);

        Assert.Equal(["430[]", "431[]", "432[]"], client.Lines[..3]);
        Assert.All(client.Lines[3..], static line => Assert.Contains("rate_limited", line, StringComparison.Ordinal));
        Assert.Equal(3, _store.Asked.Count);
    }

    [Fact]
    public async Task A_namespace_may_have_one_too_and_who_has_no_user_id_is_limited_by_the_server()
    {
        await using TestServer server = Start(static space => space.RateLimitEvents(s_three).On("x", static context => context.AckAsync()), user: null);
        (TestClient client, _) = await server.JoinAsync();
        client.Send("420[\"x\"]", "421[\"x\"]", "422[\"x\"]", "423[\"x\"]");

        Assert.Equal(["430[]", "431[]", "432[]"], client.Lines[..3]);
        Assert.Contains("rate_limited", client.Lines[3], StringComparison.Ordinal);
        Assert.Empty(_store.Asked);

        await using TestServer known = Start(static space => space.RateLimitEvents(s_three.PerAddress()).RateLimitEvents(s_three).On("x", static context => context.AckAsync()));
        (TestClient other, _) = await known.JoinAsync();
        other.Send("420[\"x\"]");
        Assert.Single(_store.Asked); // a memory client has no address
        _store.Answer(RateLimitAnswer.Granted);
        await Patience.UntilAsync(() => other.Lines.Length == 1);
        Assert.Equal(["430[]"], other.Lines);
    }

    [Fact]
    public async Task Without_a_store_each_server_limits_by_itself()
    {
        await using TestServer server = TestServer.Start(static builder => builder.AddNamespace("/", static space => space.On("x", static context => context.AckAsync()).RateLimit(s_three)));
        (TestClient client, _) = await server.JoinAsync();
        client.Send("420[\"x\"]", "421[\"x\"]", "422[\"x\"]", "423[\"x\"]");

        Assert.Equal(3, client.Lines.Count(static line => line.EndsWith("[]", StringComparison.Ordinal)));
    }

    [Fact]
    public void Limiters_of_this_process_cannot_hold_on_all_servers()
    {
        var own = new RateLimitPolicy("own", static () => new ConcurrencyLimiter(new ConcurrencyLimiterOptions { PermitLimit = 1 }));
        Assert.Throws<InvalidOperationException>(() => own.AcrossServers());
        Assert.Equal((RateLimitScope.User, true), (s_three.Scope, s_three.IsAcrossServers));
        Assert.Equal((RateLimitScope.Address, true), (s_three.PerAddress().Scope, s_three.PerAddress().IsAcrossServers));
    }

    private TestServer Start(Action<NamespaceBuilder> configure, string? user = "a") => TestServer.Start(
        builder => builder
            .AddNamespace("/", space => configure(space.Use((connecting, next) =>
            {
                connecting.Socket.UserId = user;
                return next(connecting);
            })))
            .UseRateLimitStore(_ => _store));

    private sealed class Store : IRateLimitStore
    {
        private readonly Queue<TaskCompletionSource<RateLimitAnswer>> _waiting = new();

        public System.Collections.Concurrent.ConcurrentQueue<string> Asked { get; } = new();

        public ValueTask<RateLimitAnswer> AcquireAsync(RateLimitPolicy policy, string key, CancellationToken cancellationToken)
        {
            var answer = new TaskCompletionSource<RateLimitAnswer>();
            _waiting.Enqueue(answer);
            Asked.Enqueue($"{policy.Name} {key}");
            return new(answer.Task);
        }

        public void Answer(RateLimitAnswer answer) => _waiting.Dequeue().SetResult(answer);

        public void Fail() => _waiting.Dequeue().SetException(new InvalidOperationException());
    }
}
