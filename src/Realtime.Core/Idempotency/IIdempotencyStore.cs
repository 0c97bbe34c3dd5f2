namespace Realtime.Core.Idempotency;

/// <summary>Remembers which work was done and what came of it, so that it is done once however often it is asked for.</summary>
/// <remarks>
/// <para>Thread-safe. Each member is one atomic step; all values are plain, so that a store may be another process.</para>
/// <para>
/// A key is claimed for the time of a lease, under a fence. Who holds the claim renews it while it works, and completes or releases it. A claim whose lease has
/// run out means <em>unknown</em>, not free: its holder may have done the work and died before it could say so. The fence is what keeps a holder that was only
/// slow from writing over one that has taken over.
/// </para>
/// <para>A member that cannot do its work fails with an exception; then the work is not done.</para>
/// </remarks>
public interface IIdempotencyStore
{
    /// <summary>Asks for a key.</summary>
    /// <param name="key">The key, up to some hundred characters. Its text is made by the server and by clients: take it as opaque.</param>
    /// <param name="lease">For how long the claim holds unless it is renewed; positive.</param>
    /// <param name="takeOver">Whether to take over a claim whose lease has run out. The caller then does work that may have been done.</param>
    /// <param name="cancellationToken">Stops the wait; the key may have been claimed all the same, and is then unknown when the lease has run out.</param>
    /// <returns>What is known, and whether the caller has the key now.</returns>
    ValueTask<IdempotencyClaim> ClaimAsync(string key, TimeSpan lease, bool takeOver, CancellationToken cancellationToken);

    /// <summary>Extends a claim: its lease begins anew. Also one whose lease has run out, as long as nobody has taken it over.</summary>
    /// <param name="key">The key.</param>
    /// <param name="fence">The fence of the claim.</param>
    /// <param name="lease">For how long from now.</param>
    /// <param name="cancellationToken">Stops the wait.</param>
    /// <returns>Whether the claim was still that of the caller.</returns>
    ValueTask<bool> RenewAsync(string key, long fence, TimeSpan lease, CancellationToken cancellationToken);

    /// <summary>Writes down what came of the work. Also when the lease has run out, as long as nobody has taken over; and again, which replaces the result.</summary>
    /// <param name="key">The key.</param>
    /// <param name="fence">The fence of the claim.</param>
    /// <param name="result">The result. The store does not change the bytes, and may keep the memory.</param>
    /// <param name="cancellationToken">Stops the wait; the result may have been written.</param>
    /// <returns>Whether the claim was still that of the caller. When not, nothing was written.</returns>
    ValueTask<bool> CompleteAsync(string key, long fence, ReadOnlyMemory<byte> result, CancellationToken cancellationToken);

    /// <summary>Gives a claim back, because the work was not done: the key is free.</summary>
    /// <param name="key">The key.</param>
    /// <param name="fence">The fence of the claim.</param>
    /// <param name="cancellationToken">Stops the wait.</param>
    /// <returns>Whether the claim was still that of the caller, and not completed.</returns>
    ValueTask<bool> ReleaseAsync(string key, long fence, CancellationToken cancellationToken);

    /// <summary>Waits for the end of a claim of somebody else. Who comes back asks for the key again: this says nothing about it, and may come back early.</summary>
    /// <param name="key">The key.</param>
    /// <param name="fence">The fence of the claim.</param>
    /// <param name="timeout">How long to wait at most; positive.</param>
    /// <param name="cancellationToken">Stops the wait.</param>
    /// <returns>A task that completes when the claim was completed, released or taken over, and when the time is up.</returns>
    ValueTask WaitAsync(string key, long fence, TimeSpan timeout, CancellationToken cancellationToken);
}
