using Realtime.Core.Identifiers;

namespace Realtime.Core.Sessions;

/// <summary>Keeps the records of sessions, so that a client finds its session again wherever it comes back, and knows which node is the owner of each.</summary>
/// <remarks>
/// <para>Thread-safe. Each member is one atomic step, but for the wait of a claim for the owner before.</para>
/// <para>
/// A session has at most one owner. Its right is a fence, a number that each new owner gets one higher; every write names it, and one with an old fence is refused. Whoever is refused
/// drops what it has of the session without telling anybody: another node has it now, or it has ended. Restoring may be repeated without limit, because an answer can be lost; each
/// attempt of a client has a higher number, so one that was delayed never takes the session from a later one.
/// </para>
/// <para>
/// A record lives while it has an owner that touches it, and for the resume window after that. A member that cannot do its work fails with an exception; whether it was done is then
/// unknown, and each may be repeated.
/// </para>
/// </remarks>
public interface ISessionStore
{
    /// <summary>Stores a new session, or one that the store has lost.</summary>
    /// <param name="record">The session, with the fence before the one that it gets: 0 for a new one.</param>
    /// <param name="owner">The node that owns it.</param>
    /// <param name="cancellationToken">Stops the wait; the record may have been stored and expires like any other.</param>
    /// <returns>The session with its fence; <see langword="null"/> when the store is full and every session in it is live. The client then gets an ordinary connection: the extension is not granted.</returns>
    /// <exception cref="InvalidOperationException">There is a session with this id.</exception>
    ValueTask<SessionRecord?> CreateAsync(SessionRecord record, ISessionOwner owner, CancellationToken cancellationToken);

    /// <summary>Makes a node the owner of a session.</summary>
    /// <remarks>
    /// In this order: the user has to be the same, and the attempt higher than any before, which is remembered; the owner before, if it lives, is asked to yield and given some time; a claim
    /// that a later attempt has overtaken meanwhile is superseded; the fence grows. An owner that does not yield in time can write nothing from then on. What its handler does then may be done again by
    /// the next owner, with the same message id.
    /// </remarks>
    /// <param name="request">Who wants which session.</param>
    /// <param name="cancellationToken">Stops the wait. The session stays to be claimed for the window.</param>
    /// <returns>The session, or why not.</returns>
    ValueTask<SessionClaim> ClaimAsync(SessionClaimRequest request, CancellationToken cancellationToken);

    /// <summary>Stores what has changed. An acknowledgement goes to the client when this has come back with <see langword="true"/>, never before.</summary>
    /// <param name="change">What has changed.</param>
    /// <param name="cancellationToken">Stops the wait; it may have been stored.</param>
    /// <returns>Whether it was stored. When not, the session has another owner or is gone.</returns>
    ValueTask<bool> SaveAsync(SessionChange change, CancellationToken cancellationToken);

    /// <summary>Says that the connection is lost: the resume window begins, unless it has. The owner stays the owner, may write and claim again, until somebody else claims or the window ends.</summary>
    /// <remarks>Nobody is told when the window ends: an owner forgets the session by its own clock, or when a write is refused.</remarks>
    /// <param name="session">The session, and the right to write it. Nothing happens when it is over.</param>
    /// <param name="handedOver">Whether the owner has nothing of the session any more, because it stops in order: then nobody is asked to yield. It can still write until somebody claims.</param>
    /// <param name="cancellationToken">Stops the wait.</param>
    /// <returns>A task that completes when it is stored.</returns>
    ValueTask ReleaseAsync(SessionOwnership session, bool handedOver, CancellationToken cancellationToken);

    /// <summary>Keeps records of live sessions alive. An owner calls it every <see cref="SessionOptions.TouchInterval"/>, with all that are connected, and creates again what the store has lost.</summary>
    /// <param name="live">The sessions that the caller owns.</param>
    /// <param name="cancellationToken">Stops the wait.</param>
    /// <returns>Those that are gone or have another owner; empty when all are well.</returns>
    ValueTask<IReadOnlyList<SessionOwnership>> TouchAsync(IReadOnlyCollection<SessionOwnership> live, CancellationToken cancellationToken);

    /// <summary>Tells from memory whether the caller is certainly still the owner. It asks right before it starts a handler, and starts none otherwise.</summary>
    /// <remarks>
    /// <para>
    /// Never waits and never fails. A store that gives a session away when a node has said nothing for a while, because it may be dead, says no here before it does so, by the clock of the
    /// node: so a node that was only stopped or cut off starts no handler beside the next owner. A store whose nodes are all in one process is always certain.
    /// </para>
    /// <para>
    /// It is no lock: a process that is stopped exactly between the answer and the first line of the handler runs it late, and clocks that run at different speeds shorten the margin. Whatever
    /// such a handler writes to the session is refused.
    /// </para>
    /// </remarks>
    /// <param name="session">The session, and the right to write it.</param>
    /// <returns>Whether nobody else can have it. When not, the caller drops what it has of the session; its client comes back and claims it.</returns>
    bool IsOwnershipCertain(SessionOwnership session);

    /// <summary>Ends a session at once, because one side has disconnected in order.</summary>
    /// <param name="session">The session, and the right to write it. Nothing happens when it is over.</param>
    /// <param name="cancellationToken">Stops the wait.</param>
    /// <returns>A task that completes when nobody can resume it any more.</returns>
    ValueTask RemoveAsync(SessionOwnership session, CancellationToken cancellationToken);

    /// <summary>Ends all sessions of a user at once, whoever owns them: the answer to a revocation. Live ones too; disconnecting their sockets is up to the caller.</summary>
    /// <param name="path">The namespace; <see langword="null"/> for all.</param>
    /// <param name="userId">The user.</param>
    /// <param name="cancellationToken">Stops the wait.</param>
    /// <returns>A task that completes when none of them can be resumed any more.</returns>
    ValueTask RemoveUserAsync(NamespacePath? path, string userId, CancellationToken cancellationToken);
}
