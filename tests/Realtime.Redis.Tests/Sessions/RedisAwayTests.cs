using Realtime.Contracts;
using Realtime.Contracts.Sessions;
using Realtime.Core.Sessions;
using Realtime.Redis.Sessions;
using Realtime.RedisServers;
using StackExchange.Redis;

namespace Realtime.Redis.Tests.Sessions;

/// <summary>A Redis that does not answer, or is not there for a while.</summary>
public sealed class RedisAwayTests(RedisFixture redis) : IClassFixture<RedisFixture>
{
    private const string Secret = "verysecret";
    private readonly RecordingOwner _a = new();

    [Fact]
    public async Task No_failure_shows_the_id_of_a_session_and_each_is_of_one_type()
    {
        await using RedisServer server = await RedisServer.StartAsync();
        await using ConnectionMultiplexer patient = await ConnectionMultiplexer.ConnectAsync(server.Address + RedisFixture.Patience);
        await using ConnectionMultiplexer connection = await ConnectionMultiplexer.ConnectAsync(server.Address + ",syncTimeout=200,asyncTimeout=200,abortConnect=false");
        await using var bench = new RedisSessionBench(redis, nodes: 0);
        RedisSessionStore store = bench.AddNode(TimeProvider.System, connection, static options => options.Retries = 0);
        SessionOwnership session = (await bench.AddNode(TimeProvider.System, patient).CreateAsync(SessionBench.NewRecord(Secret), _a, default))!.Ownership;
        await Bounded.UntilAsync(() => TouchAsync(store, session), "the hasty store has what it keeps as long as it lives");
        await server.PauseAsync();

        Task[] calls =
        [
            store.SaveAsync(new SessionChange { Session = session, Ack = new StoredAck(1, SessionBench.Answer(1)) }, default).AsTask(),
            store.ReleaseAsync(session, handedOver: false, default).AsTask(),
            store.TouchAsync([session], default).AsTask(),
            store.RemoveAsync(session, default).AsTask(),
            store.RemoveUserAsync(SessionBench.Chat, "ann", default).AsTask(),
            store.CreateAsync(SessionBench.NewRecord(Secret + "2"), _a, default).AsTask(),
            store.ClaimAsync(new SessionClaimRequest { Namespace = SessionBench.Chat, Id = Secret, UserId = "ann", Attempt = 2, Owner = _a }, default).AsTask(),
        ];

        foreach (Task call in calls)
        {
            RedisUnavailableException exception = await Assert.ThrowsAsync<RedisUnavailableException>(() => call.Within());
            Assert.DoesNotContain(Secret, exception.ToString(), StringComparison.Ordinal);
        }

        await server.ContinueAsync();
    }

    [Fact]
    public async Task What_waits_is_bounded_and_what_comes_beyond_is_refused_at_once()
    {
        await using RedisServer server = await RedisServer.StartAsync();
        await using ConnectionMultiplexer connection = await ConnectionMultiplexer.ConnectAsync(server.Address + RedisFixture.PatientCalls);
        await using var bench = new RedisSessionBench(redis, nodes: 0);
        RedisSessionStore store = bench.AddNode(TimeProvider.System, connection, static options => options.MaxWaiting = 10);
        SessionOwnership session = (await store.CreateAsync(SessionBench.NewRecord(), _a, default))!.Ownership;
        await server.PauseAsync();
        Task<bool>[] saves = [.. Enumerable.Range(1, 12).Select(i => store.SaveAsync(new SessionChange { Session = session, Ack = new StoredAck(i, SessionBench.Answer(1)) }, default).AsTask())];
        await Assert.ThrowsAsync<RedisUnavailableException>(() => saves[11].Within()); // one is on its way, ten wait
        await server.ContinueAsync();

        Assert.All(await Task.WhenAll(saves[..11]).Within(), Assert.True);
    }

    [Fact]
    public async Task A_restart_of_Redis_is_waited_for()
    {
        await using RedisServer server = await RedisServer.StartAsync("--appendonly", "yes", "--appendfsync", "always");
        var configuration = ConfigurationOptions.Parse(server.Address + RedisFixture.PatientCalls);
        configuration.BacklogPolicy = BacklogPolicy.FailFast; // so that it is the store that repeats
        await using ConnectionMultiplexer connection = await ConnectionMultiplexer.ConnectAsync(configuration);
        await using var bench = new RedisSessionBench(redis, nodes: 0);
        RedisSessionStore store = bench.AddNode(TimeProvider.System, connection, static options => options.Retries = 10);
        SessionOwnership session = (await store.CreateAsync(SessionBench.NewRecord(), _a, default))!.Ownership;
        await server.KillAsync();
        Task<bool> saving = store.SaveAsync(new SessionChange { Session = session, Ack = new StoredAck(1, SessionBench.Answer(7)) }, default).AsTask();
        await server.RestartAsync(keepData: true);

        Assert.True(await saving.Within());
    }

    private static async Task<bool> TouchAsync(RedisSessionStore store, SessionOwnership session)
    {
        try
        {
            return (await store.TouchAsync([session], default)).Count == 0;
        }
        catch (RedisUnavailableException)
        {
            return false;
        }
    }
}
