namespace Realtime.Core.Backplane;

/// <summary>Applies publications on one node.</summary>
/// <remarks>
/// What is numbered is applied in two steps. <see cref="Place"/> is called in the order of the numbers, so a backplane calls it under the lock that orders them; it is
/// short and runs no code of the application. <see cref="PlacedPublication.SendAsync"/> does the rest, and may run such code.
/// </remarks>
public interface IBackplaneReceiver
{
    /// <summary>Applies a publication that is not numbered.</summary>
    /// <param name="publication">The publication.</param>
    /// <returns>A task that completes when every addressed socket of this node has been served.</returns>
    ValueTask OnPublicationAsync(Publication publication);

    /// <summary>Gives a numbered publication its place behind everything that was placed before.</summary>
    /// <param name="publication">The publication.</param>
    /// <param name="result">Where it is stored.</param>
    /// <returns>What is still to be sent.</returns>
    PlacedPublication Place(Publication publication, PublishResult result);
}
