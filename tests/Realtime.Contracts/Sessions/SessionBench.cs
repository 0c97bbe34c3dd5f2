using Realtime.Core.Identifiers;
using Realtime.Core.Protocol;
using Realtime.Core.Sessions;

namespace Realtime.Contracts.Sessions;

/// <summary>A store under test, and what tests of it repeat.</summary>
public abstract class SessionBench : IAsyncDisposable
{
    public static readonly NamespacePath Chat = NamespacePath.Parse("/chat");

    /// <summary>What the store is made with.</summary>
    public SessionOptions Options { get; } = new();

    /// <summary>The store as the node has it that creates sessions.</summary>
    public abstract ISessionStore Store { get; }

    /// <summary>The store as another node has it. The same one for a store that belongs to a process.</summary>
    public virtual ISessionStore Elsewhere => Store;

    /// <summary>Lets time pass, for the nodes and for what is stored.</summary>
    public abstract Task PassAsync(TimeSpan time);

    public abstract ValueTask DisposeAsync();

    public static SessionRecord NewRecord(string id = "pid", string? user = "ann") => new() { Id = id, Namespace = Chat, SocketId = "sid-" + id, UserId = user, Attempt = 1 };

    public static EventPayload Answer(int value) => new(new[] { (byte)value }, []);

    public async Task<SessionOwnership> CreateAsync(ISessionOwner owner, string id = "pid", string? user = "ann") =>
        (await Store.CreateAsync(NewRecord(id, user), owner, Bounded.Token()))!.Ownership;

    /// <summary>Claims: here when the caller still has the session, else elsewhere.</summary>
    public Task<SessionClaim> ClaimAsync(
        ISessionOwner owner, long attempt, string id = "pid", string? user = "ann", long liveFence = 0, CancellationToken cancellationToken = default) =>
        (liveFence > 0 ? Store : Elsewhere).ClaimAsync(
            new SessionClaimRequest { Namespace = Chat, Id = id, UserId = user, Attempt = attempt, Owner = owner, LiveFence = liveFence },
            cancellationToken).AsTask();

    public Task<bool> SaveAsync(SessionOwnership session, long number, int answer, long confirmed = 0) =>
        Store.SaveAsync(new SessionChange { Session = session, Ack = new StoredAck(number, Answer(answer)), Confirmed = confirmed }, Bounded.Token()).AsTask();

    public Task ReleaseAsync(SessionOwnership session, bool handedOver = false) => Store.ReleaseAsync(session, handedOver, Bounded.Token()).AsTask();

    /// <summary>Waits for something that comes when time passes, with time that passes in small steps.</summary>
    public async Task<T> PassUntilAsync<T>(Task<T> task)
    {
        using var limit = new CancellationTokenSource(Bounded.Limit);
        while (!task.IsCompleted)
        {
            Assert.False(limit.IsCancellationRequested, "However much time passes, it does not come.");
            await PassAsync(TimeSpan.FromMilliseconds(100));
            await Task.WhenAny(task, Task.Delay(1, CancellationToken.None));
        }

        return await task;
    }
}
