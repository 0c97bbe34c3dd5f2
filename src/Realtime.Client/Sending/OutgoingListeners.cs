using Microsoft.Extensions.Logging;
using Realtime.Client.Diagnostics;
using Realtime.Core.Protocol;

namespace Realtime.Client.Sending;

/// <summary>Who wants to see what goes out.</summary>
/// <remarks>Thread-safe; copied on change.</remarks>
internal sealed class OutgoingListeners(ILogger logger)
{
    private readonly Lock _gate = new();
    private Action<OutgoingEvent>[] _listeners = [];

    internal IDisposable Add(Action<OutgoingEvent> listener)
    {
        lock (_gate)
        {
            _listeners = [.. _listeners, listener];
        }

        return new Receiving.Subscription(() => Remove(listener));
    }

    /// <summary>Tells the listeners, on the thread of the emit. One that throws hurts neither the others nor the event.</summary>
    internal void Tell(string eventName, EventPayload payload)
    {
        foreach (Action<OutgoingEvent> listener in Volatile.Read(ref _listeners))
        {
            try
            {
                listener(new OutgoingEvent(eventName, payload));
            }
#pragma warning disable CA1031 // Code of the application that only looks on.
            catch (Exception exception)
#pragma warning restore CA1031
            {
                ClientLog.ObserverFailed(logger, exception);
            }
        }
    }

    private void Remove(Action<OutgoingEvent> listener)
    {
        lock (_gate)
        {
            int index = Array.LastIndexOf(_listeners, listener);
            if (index >= 0)
            {
                _listeners = [.. _listeners[..index], .. _listeners[(index + 1)..]];
            }
        }
    }
}
