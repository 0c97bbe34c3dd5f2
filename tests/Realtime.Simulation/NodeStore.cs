using Realtime.Checker;
using Realtime.Core.Identifiers;
using Realtime.Core.Sessions;

namespace Realtime.Simulation;

/// <summary>The store as one node sees it; what passes is written down.</summary>
/// <remarks>Confined to the thread of the run.</remarks>
internal sealed class NodeStore(ISessionStore inner, World world, Node node) : ISessionStore
{
    private readonly Dictionary<ISessionOwner, OwnerProbe> _owners = [];

    public async ValueTask<SessionRecord?> CreateAsync(SessionRecord record, ISessionOwner owner, CancellationToken cancellationToken)
    {
        SessionRecord? created = await inner.CreateAsync(record, Probe(owner), cancellationToken);
        if (created is not null)
        {
            world.Ledger.NoteClaim(created, node);
        }

        return created;
    }

    public async ValueTask<SessionClaim> ClaimAsync(SessionClaimRequest request, CancellationToken cancellationToken)
    {
        SessionClaim claim = await world.Claims.Add(request.Id, inner.ClaimAsync(request with { Owner = Probe(request.Owner) }, cancellationToken));
        if (claim.Status == ClaimStatus.Superseded)
        {
            world.Coverage.Hit(Branch.Superseded);
        }

        if (claim.Record is { } record)
        {
            world.Ledger.NoteClaim(record, node);
        }

        return claim;
    }

    public async ValueTask<bool> SaveAsync(SessionChange change, CancellationToken cancellationToken)
    {
        if (world.Mutation == MutationKind.AckBeforeStore && change.Ack is not null)
        {
            world.Time.After(TimeSpan.FromMilliseconds(400), () => inner.SaveAsync(change, CancellationToken.None));
            return true;
        }

        // The right that is current, in the place of the one that was taken away.
        bool stored = await inner.SaveAsync(world.Mutation == MutationKind.NoFence && world.Ledger.Claims.TryGetValue(change.Session.Id, out var claims) ? change with { Session = claims[^1].Ownership } : change, cancellationToken);
        if (!stored)
        {
            world.Coverage.Hit(Branch.Fence);
            return false;
        }

        world.Recorder.Add(Records.Store(world.Recorder.Session(change.Session.Id), node.Name, change.Session.Fence));
        if (change.Rooms is { } rooms)
        {
            world.Ledger.NoteStored(change.Session.Id, rooms);
        }

        return true;
    }

    public ValueTask ReleaseAsync(SessionOwnership session, bool handedOver, CancellationToken cancellationToken) => inner.ReleaseAsync(session, handedOver, cancellationToken);

    public ValueTask<IReadOnlyList<SessionOwnership>> TouchAsync(IReadOnlyCollection<SessionOwnership> live, CancellationToken cancellationToken) => inner.TouchAsync(live, cancellationToken);

    public bool IsOwnershipCertain(SessionOwnership session) => inner.IsOwnershipCertain(session);

    public ValueTask RemoveAsync(SessionOwnership session, CancellationToken cancellationToken) => inner.RemoveAsync(session, cancellationToken);

    public ValueTask RemoveUserAsync(NamespacePath? path, string userId, CancellationToken cancellationToken) => inner.RemoveUserAsync(path, userId, cancellationToken);

    private OwnerProbe Probe(ISessionOwner owner)
    {
        if (!_owners.TryGetValue(owner, out OwnerProbe? probe))
        {
            _owners[owner] = probe = new OwnerProbe(owner, world, node);
        }

        return probe;
    }
}
