using Realtime.Core.Identifiers;
using Realtime.Core.Sessions;

namespace Realtime.Core.Tests.Namespaces.Recovery;

/// <summary>A store that fails, a moment after it was handed something: answers, some times or always, and, while it is away, everything that a client needs to connect.</summary>
internal sealed class FailingStore(ISessionStore inner, int failures = int.MaxValue) : ISessionStore
{
    private int _left = failures;

    internal bool IsAway { get; set; }

    public ValueTask<SessionRecord?> CreateAsync(SessionRecord record, ISessionOwner owner, CancellationToken cancellationToken) =>
        IsAway ? FailAsync<SessionRecord?>() : inner.CreateAsync(record, owner, cancellationToken);

    public ValueTask<SessionClaim> ClaimAsync(SessionClaimRequest request, CancellationToken cancellationToken) =>
        IsAway ? FailAsync<SessionClaim>() : inner.ClaimAsync(request, cancellationToken);

    public async ValueTask<bool> SaveAsync(SessionChange change, CancellationToken cancellationToken)
    {
        if (change.Ack is null || Interlocked.Decrement(ref _left) < 0)
        {
            return await inner.SaveAsync(change, cancellationToken);
        }

        return await FailAsync<bool>();
    }

    public ValueTask ReleaseAsync(SessionOwnership session, bool handedOver, CancellationToken cancellationToken) => inner.ReleaseAsync(session, handedOver, cancellationToken);

    public ValueTask<IReadOnlyList<SessionOwnership>> TouchAsync(IReadOnlyCollection<SessionOwnership> live, CancellationToken cancellationToken) => inner.TouchAsync(live, cancellationToken);

    public bool IsOwnershipCertain(SessionOwnership session) => inner.IsOwnershipCertain(session);

    public ValueTask RemoveAsync(SessionOwnership session, CancellationToken cancellationToken) => inner.RemoveAsync(session, cancellationToken);

    public ValueTask RemoveUserAsync(NamespacePath? path, string userId, CancellationToken cancellationToken) => inner.RemoveUserAsync(path, userId, cancellationToken);

    private static async ValueTask<T> FailAsync<T>()
    {
        await Task.Yield();
        throw new IOException("The store is away.");
    }
}
