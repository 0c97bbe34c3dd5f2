using System.Diagnostics.Metrics;
using System.Threading.RateLimiting;
using Microsoft.Extensions.DependencyInjection;
using Realtime.Core.Connections;
using Realtime.Core.Hosting;
using Realtime.Core.Limits;
using Realtime.Core.Namespaces;
using Realtime.Core.Protocol;
using Realtime.Core.Tests.Connections;
using Realtime.Core.Tests.Hosting;

namespace Realtime.Core.Tests.Limits;

public sealed class RateLimitTests : IDisposable
{
    private static readonly RateLimitPolicy s_two = new("two", 2, TimeSpan.FromSeconds(1));
    private static readonly RealtimeEvent<string, string> s_ask = new("ask");
    private readonly MeterReading _meter = new();
    private int _handled;

    public void Dispose() => _meter.Dispose();

    [Fact]
    public async Task A_refused_event_is_acknowledged_with_when_to_try_again_and_is_not_handled()
    {
        await using TestServer server = Start(space => space.On(s_ask, Handle).RateLimit(s_two));
        (TestClient client, _) = await server.JoinAsync();
        client.Send("420[\"ask\",\"a\"]", "421[\"ask\",\"b\"]", "422[\"ask\",\"c\"]");

        Assert.Equal(
            ["430[\"a\"]", "431[\"b\"]", """432[{"error":{"code":"rate_limited","message":"The rate limit 'two' was exceeded.","retryAfter":500}}]"""],
            client.Take());
        Assert.Equal(2, _handled);
        server.Time.Pass(0.5);
        client.Send("423[\"ask\",\"d\"]");
        Assert.Equal(["433[\"d\"]"], client.Lines);
    }

    [Fact]
    public async Task A_refused_event_that_asked_for_nothing_is_told_by_an_event_unless_that_is_off()
    {
        foreach (bool sends in new[] { true, false })
        {
            await using TestServer server = Start(space => space.On(s_ask, Handle).RateLimit(s_two), options => options.SendErrorEvents = sends);
            (TestClient client, _) = await server.JoinAsync();
            client.Send("42[\"ask\",\"a\"]", "42[\"ask\",\"b\"]", "42[\"ask\",\"c\"]");

            string told = """42["$rt:error",{"error":{"code":"rate_limited","message":"The rate limit 'two' was exceeded.","event":"ask","retryAfter":500}}]""";
            Assert.Equal(sends ? [told] : [], client.Lines);
        }
    }

    [Fact]
    public async Task The_limit_of_a_namespace_counts_all_events_also_unknown_ones_and_each_event_has_its_own_besides()
    {
        await using TestServer server = Start(space => space
            .RateLimitEvents(s_two)
            .On(s_ask, Handle).RateLimit(new RateLimitPolicy("one", 1, TimeSpan.FromSeconds(1)))
            .On("other", context => context.AckAsync()));
        (TestClient client, _) = await server.JoinAsync();
        client.Send("420[\"ask\",\"a\"]", "421[\"ask\",\"b\"]", "422[\"other\"]");

        Assert.Contains("'one'", client.Lines[1], StringComparison.Ordinal);
        Assert.Contains("'two'", client.Lines[2], StringComparison.Ordinal); // the one that was refused for itself counted here
        server.Time.Pass(10);
        client.Take();
        client.Send("42[\"nobody knows\"]", "42[\"nobody knows\"]", "423[\"other\"]");
        Assert.Contains("'two'", client.Lines.Single(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Two_events_with_the_same_policy_do_not_share_it()
    {
        await using TestServer server = Start(space => space
            .On("a", context => context.AckAsync()).RateLimit(s_two)
            .On("b", context => context.AckAsync()).RateLimit(s_two));
        (TestClient client, _) = await server.JoinAsync();
        client.Send("420[\"a\"]", "421[\"a\"]", "422[\"b\"]", "423[\"b\"]");

        Assert.Equal(["430[]", "431[]", "432[]", "433[]"], client.Lines);
    }

    [Fact]
    public async Task Each_connection_has_its_own_unless_users_share_it()
    {
        await using TestServer server = Start(space => space
            .Use((connecting, next) =>
            {
                connecting.Socket.UserId = connecting.Socket.GetAuth<Dictionary<string, string>>()?.GetValueOrDefault("user");
                return next(connecting);
            })
            .On("mine", context => context.AckAsync()).RateLimit(s_two)
            .On("ours", context => context.AckAsync()).RateLimit(s_two.PerUser()));
        (TestClient a1, _) = await server.JoinAsync(auth: "{\"user\":\"a\"}");
        (TestClient a2, _) = await server.JoinAsync(auth: "{\"user\":\"a\"}");
        (TestClient b, _) = await server.JoinAsync(auth: "{\"user\":\"b\"}");
        (TestClient nobody1, _) = await server.JoinAsync();
        (TestClient nobody2, _) = await server.JoinAsync();
        TestClient[] all = [a1, a2, b, nobody1, nobody2];
        foreach (TestClient client in all)
        {
            client.Send("420[\"mine\"]", "421[\"mine\"]", "422[\"ours\"]", "423[\"ours\"]");
        }

        Assert.Equal([4, 2, 4, 4, 4], all.Select(client => client.Lines.Count(line => line.EndsWith("[]", StringComparison.Ordinal))));
    }

    [Fact]
    public async Task A_user_who_comes_back_gets_no_new_allowance_and_nothing_is_kept_once_it_is_full()
    {
        await using TestServer server = Start(space => space
            .Use((connecting, next) =>
            {
                connecting.Socket.UserId = "a";
                return next(connecting);
            })
            .On("x", context => context.AckAsync()).RateLimit(new RateLimitPolicy("slow", 1, TimeSpan.FromMinutes(1)).PerUser()));
        (TestClient first, _) = await server.JoinAsync();
        Assert.Equal(0, _meter["realtime.limits.partitions"]); // it has not sent anything
        first.Send("420[\"x\"]");
        Assert.Equal(1, _meter["realtime.limits.partitions"]);
        first.Peer.Close();
        server.Time.Pass(30);
        (TestClient second, _) = await server.JoinAsync();
        second.Send("420[\"x\"]");

        Assert.Contains("rate_limited", second.Lines.Single(line => line.StartsWith("43", StringComparison.Ordinal)), StringComparison.Ordinal);
        second.Peer.Close();
        server.Time.Pass(120);
        Assert.Equal(0, _meter["realtime.limits.partitions"]);
        Assert.Equal(1, _meter["realtime.events.refused rate_limited"]);
    }

    [Fact]
    public async Task What_is_kept_of_those_who_left_is_bounded()
    {
        await using TestServer server = Start(space => space
                .Use((connecting, next) =>
                {
                    connecting.Socket.UserId = connecting.Socket.Id;
                    return next(connecting);
                })
                .On("x", context => context.AckAsync()).RateLimit(new RateLimitPolicy("slow", 1, TimeSpan.FromDays(1)).PerUser()),
            options => options.Limits.MaxIdlePartitions = 5);
        for (int i = 0; i < 20; i++)
        {
            (TestClient client, _) = await server.JoinAsync();
            client.Send("42[\"x\"]");
            client.Peer.Close();
        }

        Assert.Equal(5, _meter["realtime.limits.partitions"]);
    }

    [Fact]
    public async Task Namespaces_of_a_pattern_share_the_limit_so_that_joining_more_gives_no_more()
    {
        await using TestServer server = TestServer.Start(builder => builder.AddNamespace(
            new System.Text.RegularExpressions.Regex("^/room-"), space => space.RateLimitEvents(s_two).On("x", context => context.AckAsync())));
        TestClient client = server.Connect();
        await TestServer.JoinAsync(client, "/room-1");
        await TestServer.JoinAsync(client, "/room-2");
        client.Send("42/room-1,0[\"x\"]", "42/room-2,1[\"x\"]", "42/room-2,2[\"x\"]");

        Assert.Equal(["43/room-1,0[]", "43/room-2,1[]"], client.Lines[..2]);
        Assert.Contains("rate_limited", client.Lines[2], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Who_does_not_stop_is_cut_off_with_the_reason()
    {
        string? reason = null;
        await using TestServer server = Start(
            space => space
                .OnDisconnected((_, why) =>
                {
                    reason = why.Text;
                    return default;
                })
                .On(s_ask, Handle).RateLimit(s_two),
            options =>
            {
                options.Limits.MaxRefusals = 3;
                options.Limits.RefusalWindow = TimeSpan.FromSeconds(10);
            });
        (TestClient client, _) = await server.JoinAsync();
        client.Send([.. Enumerable.Repeat("42[\"ask\",\"x\"]", 4)]); // two refusals
        server.Time.Pass(11);
        client.Send([.. Enumerable.Repeat("42[\"ask\",\"x\"]", 4)]); // two in a new window
        Assert.True(client.Connection.IsOpen);
        client.Send("42[\"ask\",\"x\"]");

        Assert.False(client.Connection.IsOpen);
        Assert.Equal("rate limited", reason);
        Assert.True(client.HasEnded);
    }

    [Fact]
    public async Task Joins_are_limited_where_that_was_chosen()
    {
        await using TestServer server = Start(_ => { }, options => options.Limits.Joins = s_two);
        TestClient client = server.Connect();
        client.Send("40", "41", "40", "41", "40", "40/unknown,");

        Assert.Equal(4, client.Lines.Length);
        Assert.Equal("""44{"message":"Too many joins","data":{"code":"rate_limited","retryAfter":500}}""", client.Lines[2]);
        Assert.Equal("""44/unknown,{"message":"Too many joins","data":{"code":"rate_limited","retryAfter":500}}""", client.Lines[3]);
        Assert.Equal(2, _meter["realtime.sockets.refused rate_limited"]);
        server.Time.Pass(1);
        Assert.NotEmpty(await TestServer.JoinAsync(client));
        client.Peer.Close();
        Assert.Equal(0, _meter["realtime.limits.partitions"]);
    }

    [Fact]
    public async Task Limiters_of_the_framework_can_be_used()
    {
        var made = new List<RateLimiter>();
        await using TestServer server = Start(space => space.On("x", context => context.AckAsync()).RateLimit(new RateLimitPolicy("own", () =>
        {
            made.Add(new FixedWindowRateLimiter(new FixedWindowRateLimiterOptions { PermitLimit = 1, Window = TimeSpan.FromHours(1), AutoReplenishment = false }));
            return made[^1];
        })));
        (TestClient client, _) = await server.JoinAsync();
        client.Send("420[\"x\"]", "421[\"x\"]");

        Assert.Equal("430[]", client.Lines[0]);
        Assert.Contains("rate_limited", client.Lines[1], StringComparison.Ordinal);
        client.Peer.Close();
        Assert.Throws<ObjectDisposedException>(() => made.Single().AttemptAcquire());
    }

    [Fact]
    public async Task What_was_sent_before_the_end_is_still_counted_and_leaves_nothing_behind()
    {
                var go = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using TestServer server = Start(space => space
            .Use((connecting, next) =>
            {
                connecting.Socket.UserId = "a";
                return next(connecting);
            })
            .On("slow", async _ => await go.Task)
            .On("x", _ =>
            {
                Interlocked.Increment(ref _handled);
                return default;
            }).RateLimit(s_two.PerUser()));
        (TestClient client, _) = await server.JoinAsync();
        client.Send("42[\"slow\"]", "42[\"x\"]", "42[\"x\"]", "42[\"x\"]");
        client.Peer.Close();
        go.SetResult();
        await Patience.UntilAsync(() => _meter["realtime.events.refused rate_limited"] == 1);

        Assert.Equal(2, _handled);
        server.Time.Pass(20);
        Assert.Equal(0, _meter["realtime.limits.partitions"]);
    }

    [Theory]
    [InlineData("2001:db8:1:2:3:4:5:6", "2001:db8:1:2:ffff::1", true)]
    [InlineData("2001:db8:1:2::1", "2001:db8:1:3::1", false)]
    [InlineData("::ffff:10.0.0.1", "10.0.0.1", true)]
    [InlineData("10.0.0.1", "10.0.0.2", false)]
    [InlineData("unix:/run/x", "unix:/run/y", false)]
    public void Addresses_count_by_customer(string one, string other, bool same) => Assert.Equal(same, AddressKey.Of(one) == AddressKey.Of(other));

    [Fact]
    public void A_policy_that_cannot_work_is_refused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new RateLimitPolicy("x", 0, TimeSpan.FromSeconds(1)));
        Assert.Throws<ArgumentOutOfRangeException>(() => new RateLimitPolicy("x", 1, TimeSpan.Zero));
        Assert.Throws<ArgumentOutOfRangeException>(() => s_two with { Burst = 0 });
        Assert.Equal((100, 10), (RateLimits.Chat.Permits, RateLimits.Api.Permits));
    }

    private TestServer Start(Action<NamespaceBuilder> configure, Action<RealtimeOptions>? options = null) =>
        TestServer.Start(builder => builder.AddNamespace("/", configure), options, services => services.AddSingleton<IMeterFactory>(_meter));

    private ValueTask<string> Handle(EventContext context, string payload)
    {
        _handled++;
        return ValueTask.FromResult(payload);
    }
}
