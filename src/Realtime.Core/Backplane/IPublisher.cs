namespace Realtime.Core.Backplane;

/// <summary>Publishes to the nodes of a cluster from a process that is none of them: it has no clients, and receives nothing.</summary>
/// <remarks>
/// <para>Guarantees that an implementation gives: a publication is distributed and numbered as one of a node is (see <see cref="IBackplane"/>), all of it or nothing. Publications made one after the
/// other in one namespace arrive everywhere in that order.</para>
/// <para>It connects when it is first used. Threading: every member may be called from any thread.</para>
/// </remarks>
public interface IPublisher : IAsyncDisposable
{
    /// <summary>Numbers a publication where its rooms keep logs, stores it there, and distributes it.</summary>
    /// <param name="publication">The publication. Its audience is not local only.</param>
    /// <param name="cancellationToken">Stops the wait; the publication may still be distributed.</param>
    /// <returns>The places in the logs.</returns>
    /// <exception cref="BackplaneUnavailableException">It was not taken. A volatile event is dropped instead.</exception>
    ValueTask<PublishResult> PublishAsync(Publication publication, CancellationToken cancellationToken);
}
