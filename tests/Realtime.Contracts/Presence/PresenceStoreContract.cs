using Realtime.Core.Identifiers;
using Realtime.Core.Presence;

namespace Realtime.Contracts.Presence;

/// <summary>What <see cref="IPresenceStore"/> promises to one node.</summary>
public abstract class PresenceStoreContract : IAsyncLifetime
{
    private PresenceNode _node = null!;

    public virtual async Task InitializeAsync() => _node = await CreateNodeAsync();

    public virtual Task DisposeAsync() => Task.CompletedTask;

    [Fact]
    public async Task Who_has_come_is_read_and_who_has_left_is_not()
    {
        Assert.Equal(0, (await _node.ReadAsync()).Count);
        _node.Enter("ann");
        _node.Enter("bob");
        await _node.SeesAsync("room", "ann", "bob");
        _node.Leave("ann");
        await _node.SeesAsync("room", "bob");
        _node.Leave("bob");
        await _node.SeesAsync("room");
    }

    [Fact]
    public async Task A_node_reads_what_it_has_noted_before()
    {
        for (int i = 0; i < 20; i++)
        {
            _node.Enter("ann");
            Assert.Equal(1, (await _node.ReadAsync()).Count);
            _node.Leave("ann");
            Assert.Equal(0, (await _node.ReadAsync()).Count);
        }
    }

    [Fact]
    public async Task Of_a_room_that_is_too_large_all_are_counted_and_a_sample_is_listed()
    {
        string[] users = [.. Enumerable.Range(0, 1200).Select(static i => $"user {i}")];
        Array.ForEach(users, user => _node.Enter(user));

        RoomPresence sample = await _node.ReadAsync(maxListed: 100);
        Assert.Equal(1200, sample.Count);
        Assert.Equal(100, sample.Users.Distinct().Count());
        Assert.Empty(sample.Users.Except(users));
        Assert.False(sample.IsComplete);
        Assert.True((await _node.ReadAsync(maxListed: 1200)).IsComplete);
    }

    [Fact]
    public async Task Rooms_and_namespaces_are_told_apart_whatever_their_names_are()
    {
        var other = NamespacePath.Parse("/other {x}");
        (string Room, string User)[] odd = [("", "ann"), ("1:", "1:a"), ("1", ":1:a"), ("räum {a} b", "bøb\u2028 c"), ("room", "0"), (":", " "), ("seq", "epoch")];
        foreach ((string room, string user) in odd)
        {
            _node.Enter(user, room);
        }

        _node.Enter("zoe", "room", other);
        foreach ((string room, string user) in odd)
        {
            await _node.SeesAsync(room, user);
        }

        Assert.Equal(["zoe"], (await _node.ReadAsync("room", path: other)).Users);
        _node.Leave("0");
        await _node.SeesAsync("room");
        Assert.Equal(1, (await _node.ReadAsync("room", path: other)).Count);
    }

    [Fact]
    public async Task However_changes_overtake_each_other_the_last_is_what_is_read()
    {
        for (int round = 0; round < 20; round++)
        {
            await Task.WhenAll(Enumerable.Range(0, 8).Select(i => Task.Run(() =>
            {
                string user = $"user{i % 2}";
                _node.Enter(user);
                _node.Leave(user);
                _node.Enter(user);
            })));
            _node.Leave("user0");
            await _node.SeesAsync("room", "user1");
        }
    }

    [Fact]
    public async Task Who_watches_a_room_is_told_after_its_last_change_and_not_when_it_has_ended()
    {
        int told = 0;
        RoomPresence? last = null;
        IDisposable watching = _node.Store.Watch(PresenceNode.Chat, "room", () => Interlocked.Increment(ref told));
        for (int i = 0; i < 3; i++)
        {
            _node.Enter($"user{i}");
            int count = i + 1;
            await Bounded.UntilAsync(
                async () => Interlocked.Exchange(ref told, 0) > 0 && (last = await _node.ReadAsync()).Count == count,
                "a call behind which the change is read");
        }

        Assert.Equal(3, last!.Count);
        watching.Dispose();
        Volatile.Write(ref told, 0);
        int others = 0;
        using IDisposable other = _node.Store.Watch(PresenceNode.Chat, "room", () => Interlocked.Increment(ref others));
        _node.Leave("user0");
        await Bounded.UntilAsync(() => Volatile.Read(ref others) > 0, "who still watches is told");
        Assert.Equal(0, Volatile.Read(ref told));
    }

    /// <summary>Makes a node of a cluster in which nobody is.</summary>
    protected abstract Task<PresenceNode> CreateNodeAsync();
}
