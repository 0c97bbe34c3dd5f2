using Microsoft.Extensions.Logging;
using Realtime.Client.Diagnostics;

namespace Realtime.Client.Sending;

/// <summary>Tells whoever has to know of messages whose fate nobody can know any more: who awaits one by an exception, of the others the observers.</summary>
/// <remarks>Thread-safe. Observers run on the thread pool, one message at a time.</remarks>
internal sealed class UnknownDeliveries(PendingCalls calls, ILogger logger)
{
    internal event Action<UnknownDelivery>? Observers;

    /// <summary>Tells of messages, in their order.</summary>
    internal void Tell(List<UnknownMessage> messages)
    {
        List<UnknownDelivery> told = [];
        foreach ((OutgoingPacket packet, string messageId) in messages)
        {
            ClientLog.DeliveryUnknown(logger, packet.EventName, messageId);
            if (packet.Call is { } call)
            {
                calls.Fail(call, new DeliveryUnknownException(packet.EventName, messageId));
            }
            else
            {
                told.Add(new UnknownDelivery(new OutgoingEvent(packet.EventName, packet.Payload), messageId));
            }
        }

        if (told.Count > 0)
        {
            _ = Task.Run(() => told.ForEach(Tell)); // it never fails
        }
    }

    private void Tell(UnknownDelivery delivery)
    {
        try
        {
            Observers?.Invoke(delivery);
        }
#pragma warning disable CA1031 // An observer that throws must not keep the next message from the others.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            ClientLog.ObserverFailed(logger, exception);
        }
    }
}
