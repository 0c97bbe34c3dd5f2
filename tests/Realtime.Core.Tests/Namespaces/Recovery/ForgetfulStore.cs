using Realtime.Core.Identifiers;
using Realtime.Core.Sessions;

namespace Realtime.Core.Tests.Namespaces.Recovery;

/// <summary>A store that may lose what it has, that is certain of an owner or not, and that keeps writes waiting, as a test says.</summary>
internal sealed class ForgetfulStore(TimeProvider timeProvider) : ISessionStore, IDisposable
{
    private MemorySessionStore _inner = new MemorySessionStore(new SessionOptions(), timeProvider);
    private int _touches;

    internal bool IsCertain { get; set; } = true;

    /// <summary>Gets or sets what writes of sessions wait for.</summary>
    internal Task Writable { get; set; } = Task.CompletedTask;

    internal int Touches => Volatile.Read(ref _touches);

    public void Dispose() => _inner.Dispose();

    internal void LoseAll()
    {
        _inner.Dispose();
        _inner = new MemorySessionStore(new SessionOptions(), timeProvider);
    }

    public ValueTask<SessionRecord?> CreateAsync(SessionRecord record, ISessionOwner owner, CancellationToken cancellationToken) => _inner.CreateAsync(record, owner, cancellationToken);

    public ValueTask<SessionClaim> ClaimAsync(SessionClaimRequest request, CancellationToken cancellationToken) => _inner.ClaimAsync(request, cancellationToken);

    public async ValueTask<bool> SaveAsync(SessionChange change, CancellationToken cancellationToken)
    {
        await Writable;
        return await _inner.SaveAsync(change, cancellationToken);
    }

    public ValueTask ReleaseAsync(SessionOwnership session, bool handedOver, CancellationToken cancellationToken) => _inner.ReleaseAsync(session, handedOver, cancellationToken);

    public async ValueTask<IReadOnlyList<SessionOwnership>> TouchAsync(IReadOnlyCollection<SessionOwnership> live, CancellationToken cancellationToken)
    {
        IReadOnlyList<SessionOwnership> gone = await _inner.TouchAsync(live, cancellationToken);
        Interlocked.Increment(ref _touches);
        return gone;
    }

    public bool IsOwnershipCertain(SessionOwnership session) => IsCertain;

    public ValueTask RemoveAsync(SessionOwnership session, CancellationToken cancellationToken) => _inner.RemoveAsync(session, cancellationToken);

    public ValueTask RemoveUserAsync(NamespacePath? path, string userId, CancellationToken cancellationToken) => _inner.RemoveUserAsync(path, userId, cancellationToken);
}
