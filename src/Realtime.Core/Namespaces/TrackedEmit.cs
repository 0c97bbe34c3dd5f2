using Realtime.Core.Backplane;
using Realtime.Core.Namespaces.Recovery;
using Realtime.Core.Rooms;

namespace Realtime.Core.Namespaces;

/// <summary>An event that was emitted, and where it stands in the logs of the rooms.</summary>
/// <remarks>Immutable, thread-safe.</remarks>
public sealed class TrackedEmit
{
    private readonly DeliveryReceipts _receipts;
    private readonly Audience _audience;
    private readonly PublishResult _result;

    internal TrackedEmit(DeliveryReceipts receipts, Audience audience, PublishResult result)
    {
        _receipts = receipts;
        _audience = audience;
        _result = result;
    }

    /// <summary>Gets its places, one for each room that keeps a log; empty when none of the rooms has a member that recovers.</summary>
    public IReadOnlyList<StreamOffset> Offsets => _result.Offsets;

    /// <summary>
    /// Waits until clients have handed it over to their applications, as they report: after every 64 events, and 5 s after an event at the latest. Only clients that recover report; those of
    /// this node are counted, also when they get the event after they have come back.
    /// </summary>
    /// <param name="quorum">How many clients.</param>
    /// <param name="timeout">How long to wait.</param>
    /// <param name="cancellationToken">Stops the wait.</param>
    /// <returns>How many have it when the wait ends: fewer than the quorum when the time was not enough.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The quorum is not positive.</exception>
    public Task<int> WhenDeliveredAsync(int quorum, TimeSpan timeout, CancellationToken cancellationToken = default)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(quorum);
        return _receipts.WaitAsync(_audience, _result, quorum, timeout, cancellationToken);
    }
}
