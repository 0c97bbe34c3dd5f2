namespace Realtime.Core.Backplane;

/// <summary>Applies publications on one node.</summary>
public interface IBackplaneReceiver
{
    /// <summary>Applies a publication to the sockets of this node.</summary>
    /// <param name="publication">The publication.</param>
    /// <param name="result">Where it is stored.</param>
    /// <returns>A task that completes when every addressed socket of this node has been served.</returns>
    ValueTask OnPublicationAsync(Publication publication, PublishResult result);
}
