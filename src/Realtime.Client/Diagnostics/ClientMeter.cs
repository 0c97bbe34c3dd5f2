using System.Diagnostics.Metrics;

namespace Realtime.Client.Diagnostics;

/// <summary>The instruments of clients, on the meter <c>Realtime.Client</c>.</summary>
/// <remarks>Thread-safe. An instrument that nobody listens to costs a branch.</remarks>
internal sealed class ClientMeter : IDisposable
{
    internal const string Name = "Realtime.Client";

    private readonly Meter _meter;
    private readonly Counter<long> _attempts;
    private readonly Counter<long> _connects;
    private readonly Counter<long> _sent;
    private readonly Counter<long> _received;
    private readonly Counter<long> _dropped;
    private readonly Counter<long> _ackTimeouts;
    private readonly Counter<long> _handlerErrors;
    private readonly Counter<long> _gaps;

    internal ClientMeter(IMeterFactory? factory)
    {
        var options = new MeterOptions(Name);
        _meter = factory?.Create(options) ?? new Meter(options);
        _attempts = _meter.CreateCounter<long>("realtime.client.attempts", "{attempt}", "Attempts to connect.");
        _connects = _meter.CreateCounter<long>("realtime.client.connects", "{connection}", "Attempts that succeeded, by transport.");
        _sent = _meter.CreateCounter<long>("realtime.client.events.sent", "{event}", "Events that were taken to be sent, by namespace.");
        _received = _meter.CreateCounter<long>("realtime.client.events.received", "{event}", "Events that came, by namespace.");
        _dropped = _meter.CreateCounter<long>("realtime.client.events.dropped", "{event}", "Volatile events that could not go out at once, by namespace.");
        _ackTimeouts = _meter.CreateCounter<long>("realtime.client.ack.timeouts", "{event}", "Events that were not acknowledged in time, by namespace.");
        _handlerErrors = _meter.CreateCounter<long>("realtime.client.handler.errors", "{error}", "Handlers that threw, by namespace and event.");
        _gaps = _meter.CreateCounter<long>("realtime.client.gaps", "{gap}", "Gaps in streams that were reported, by namespace.");
    }

    public void Dispose() => _meter.Dispose();

    internal void AddBufferGauge(Func<long> bytes) =>
        _meter.CreateObservableGauge("realtime.client.buffered", bytes, "By", "Bytes that wait to be sent.");

    internal void AttemptStarted() => _attempts.Add(1);

    internal void Connected(string transport) => _connects.Add(1, new KeyValuePair<string, object?>("realtime.transport", transport));

    internal void EventSent(string path) => _sent.Add(1, Namespace(path));

    internal void EventReceived(string path) => _received.Add(1, Namespace(path));

    internal void EventDropped(string path) => _dropped.Add(1, Namespace(path));

    internal void AckTimedOut(string path) => _ackTimeouts.Add(1, Namespace(path));

    internal void HandlerFailed(string path, string eventName) => _handlerErrors.Add(1, Namespace(path), new KeyValuePair<string, object?>("realtime.event", eventName));

    internal void EventsLost(string path) => _gaps.Add(1, Namespace(path));

    private static KeyValuePair<string, object?> Namespace(string path) => new("realtime.namespace", path);
}
