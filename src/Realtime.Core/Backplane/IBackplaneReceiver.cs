using Realtime.Core.Identifiers;
using Realtime.Core.Sequencing;

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

    /// <summary>
    /// Says that what is placed next in a room does not follow on what was placed last: some of its log is lost, or it goes on under another stream. Members that recover read the log
    /// themselves and go on behind what is placed by then; what cannot be read is told to their clients. Called in the order of <see cref="Place"/>, and as short.
    /// </summary>
    /// <param name="path">The namespace of the room.</param>
    /// <param name="room">The room; empty for everybody in the namespace.</param>
    /// <param name="head">What is placed next follows on this.</param>
    void Interrupt(NamespacePath path, string room, StreamPosition head);

    /// <summary>Gathers what is applied until it is disposed of, so that each connection gets it with one write.</summary>
    /// <returns>The batch, to be disposed of on the same thread unless it was deferred.</returns>
    PublicationBatch BeginBatch();
}
