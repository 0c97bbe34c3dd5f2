using System.Collections.Concurrent;

namespace Realtime.Core.Authentication;

/// <summary>What was revoked lately, on this node.</summary>
/// <remarks>Thread-safe: readers take no lock; writers are guarded by <c>_gate</c>. Bounded in number and in age.</remarks>
internal sealed class RevocationList(HandshakeAuthenticationOptions options, TimeProvider timeProvider)
{
    private readonly Lock _gate = new();
    private readonly ConcurrentDictionary<string, Revocation> _users = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, Revocation> _tokens = new(StringComparer.Ordinal);
    private readonly Queue<Revocation> _inOrder = new();

    internal int Count
    {
        get
        {
            lock (_gate)
            {
                return _inOrder.Count;
            }
        }
    }

    /// <summary>Remembers a revocation.</summary>
    /// <returns>How many that still counted had to be forgotten for it.</returns>
    internal int Add(Revocation revocation)
    {
        int forgotten = 0;
        lock (_gate)
        {
            DateTimeOffset oldest = timeProvider.GetUtcNow() - options.RevocationMemory;
            while (_inOrder.TryPeek(out Revocation? first) && (first.Time < oldest || _inOrder.Count >= options.MaxRevocations))
            {
                forgotten += first.Time < oldest ? 0 : 1;
                ForgetLocked(_inOrder.Dequeue());
            }

            _inOrder.Enqueue(revocation);
            if (revocation.UserId is { } userId)
            {
                _users[userId] = revocation;
            }
            else
            {
                _tokens[revocation.TokenId!] = revocation;
            }
        }

        return forgotten;
    }

    /// <summary>Tells whether a session that was proven at a time by a token has been revoked since.</summary>
    internal bool Contains(string? userId, string? tokenId, DateTimeOffset proven) =>
        (tokenId is not null && _tokens.ContainsKey(tokenId))
        || (userId is not null && _users.TryGetValue(userId, out Revocation? revoked) && proven <= revoked.Time);

    private void ForgetLocked(Revocation revocation)
    {
        (ConcurrentDictionary<string, Revocation> remembered, string id) = revocation.UserId is { } userId ? (_users, userId) : (_tokens, revocation.TokenId!);

        // Only if no later one has taken its place, which may be equal to it.
        if (remembered.TryGetValue(id, out Revocation? last) && ReferenceEquals(last, revocation))
        {
            remembered.TryRemove(id, out _);
        }
    }
}
