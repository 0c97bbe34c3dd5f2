using System.Collections.Concurrent;
using Realtime.Checker;
using Realtime.Core.Identifiers;
using Realtime.Core.Sessions;

namespace Realtime.Delivery;

/// <summary>A session store that writes down who became the owner of which session, under the public name of the session.</summary>
/// <remarks>Thread-safe.</remarks>
/// <param name="inner">The store.</param>
/// <param name="log">Where to write.</param>
/// <param name="owner">The name of this node.</param>
/// <param name="mayLose">Whether Redis may lose fences, so that they may be given twice: then they prove nothing.</param>
/// <param name="ignoresFences">Whether a node goes on with what it has lost: a mistake that is to be seen.</param>
internal sealed class RecordingSessionStore(ISessionStore inner, DeliveryLog log, string owner, bool mayLose, bool ignoresFences) : ISessionStore
{
    private readonly ConcurrentDictionary<string, SessionOwnership> _owned = new(StringComparer.Ordinal);

    /// <summary>Gets the fence under which this node has a session, by the id of the socket.</summary>
    internal long? FenceOf(string socket) => !mayLose && _owned.TryGetValue(socket, out SessionOwnership owned) ? owned.Fence : null;

    /// <summary>Tells whether this node may be another one's victim: it stood still right between the question and the first line of a handler.</summary>
    internal bool IsLate(string socket) => _owned.TryGetValue(socket, out SessionOwnership owned) && !IsOwnershipCertain(owned);

    public async ValueTask<SessionRecord?> CreateAsync(SessionRecord record, ISessionOwner sessionOwner, CancellationToken cancellationToken)
    {
        SessionRecord? created = await inner.CreateAsync(record, sessionOwner, cancellationToken);
        Note(created, 0);
        return created;
    }

    public async ValueTask<SessionClaim> ClaimAsync(SessionClaimRequest request, CancellationToken cancellationToken)
    {
        var taken = TakenSession.Begin();
        SessionClaim claim = await inner.ClaimAsync(request, cancellationToken);
        Note(claim.Record, request.LiveFence, taken.IsWithoutAnswer);
        return claim;
    }

    public async ValueTask<bool> SaveAsync(SessionChange change, CancellationToken cancellationToken) => await inner.SaveAsync(change, cancellationToken) || ignoresFences;

    public ValueTask ReleaseAsync(SessionOwnership session, bool handedOver, CancellationToken cancellationToken) => inner.ReleaseAsync(session, handedOver, cancellationToken);

    public ValueTask<IReadOnlyList<SessionOwnership>> TouchAsync(IReadOnlyCollection<SessionOwnership> live, CancellationToken cancellationToken) => inner.TouchAsync(live, cancellationToken);

    public bool IsOwnershipCertain(SessionOwnership session) => ignoresFences || inner.IsOwnershipCertain(session);

    public ValueTask RemoveAsync(SessionOwnership session, CancellationToken cancellationToken) => inner.RemoveAsync(session, cancellationToken);

    public ValueTask RemoveUserAsync(NamespacePath? path, string userId, CancellationToken cancellationToken) => inner.RemoveUserAsync(path, userId, cancellationToken);

    private void Note(SessionRecord? record, long before, bool isWithoutAnswer = false)
    {
        if (record is not null && record.Fence != before)
        {
            _owned[record.SocketId] = record.Ownership;
            if (!mayLose || isWithoutAnswer)
            {
                log.Add(Records.Claim(record.SocketId, owner, record.Fence) with { Kept = isWithoutAnswer ? false : null });
            }
        }
    }
}
