namespace Realtime.Core.Hosting;

/// <summary>Knows where the servers of a cluster reach each other over HTTP.</summary>
/// <remarks>Thread-safe. A node that has died is found for a while: whoever cannot reach it takes it for gone.</remarks>
public interface INodeAddresses
{
    /// <summary>Tells the others where a node of this process is, until the process ends or <paramref name="node"/> is withdrawn.</summary>
    /// <param name="node">The name of the node, which nobody else has.</param>
    /// <param name="address">Where the others reach it.</param>
    /// <param name="cancellationToken">Stops the wait.</param>
    /// <exception cref="Backplane.BackplaneUnavailableException">It cannot be told now.</exception>
    ValueTask AnnounceAsync(string node, Uri address, CancellationToken cancellationToken);

    /// <summary>The node ends: nobody is to be sent to it any more.</summary>
    /// <param name="node">The name of the node.</param>
    /// <param name="cancellationToken">Stops the wait.</param>
    ValueTask WithdrawAsync(string node, CancellationToken cancellationToken);

    /// <summary>Finds a node.</summary>
    /// <param name="node">Its name. It may come from a client, and be anything.</param>
    /// <param name="cancellationToken">Stops the wait.</param>
    /// <returns>Where it is; <see langword="null"/> when nobody is called so, or it cannot be found out now.</returns>
    ValueTask<Uri?> FindAsync(string node, CancellationToken cancellationToken);
}
