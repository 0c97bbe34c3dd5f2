using Microsoft.Extensions.Time.Testing;
using Realtime.Core.Identifiers;
using Realtime.Core.Protocol;
using Realtime.Core.Sessions;

namespace Realtime.Core.Tests.Sessions;

/// <summary>A store in memory on virtual time, and what tests of it repeat.</summary>
internal sealed class SessionBench : IDisposable
{
    internal static readonly NamespacePath Chat = NamespacePath.Parse("/chat");

    internal SessionBench(Action<SessionOptions>? configure = null)
    {
        configure?.Invoke(Options);
        Store = new MemorySessionStore(Options, Time);
    }

    internal FakeTimeProvider Time { get; } = new();

    internal SessionOptions Options { get; } = new();

    internal MemorySessionStore Store { get; }

    public void Dispose() => Store.Dispose();

    internal static SessionRecord NewRecord(string id = "pid", string? user = "ann") => new() { Id = id, Namespace = Chat, SocketId = "sid-" + id, UserId = user, Attempt = 1 };

    internal static EventPayload Answer(int value) => new(new[] { (byte)value }, []);

    internal async Task<SessionOwnership> CreateAsync(ISessionOwner owner, string id = "pid", string? user = "ann") =>
        (await Store.CreateAsync(NewRecord(id, user), owner, default))!.Ownership;

    internal Task<SessionClaim> ClaimAsync(ISessionOwner owner, long attempt, string id = "pid", string? user = "ann", long liveFence = 0, CancellationToken cancellationToken = default) => Store.ClaimAsync(
        new SessionClaimRequest { Namespace = Chat, Id = id, UserId = user, Attempt = attempt, Owner = owner, LiveFence = liveFence },
        cancellationToken).AsTask();

    internal Task<bool> SaveAsync(SessionOwnership session, long number, int answer, long confirmed = 0) =>
        Store.SaveAsync(new SessionChange { Session = session, Ack = new StoredAck(number, Answer(answer)), Confirmed = confirmed }, default).AsTask();

    internal Task ReleaseAsync(SessionOwnership session, bool handedOver = false) => Store.ReleaseAsync(session, handedOver, default).AsTask();
}
