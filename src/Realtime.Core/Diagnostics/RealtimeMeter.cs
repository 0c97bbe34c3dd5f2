using System.Diagnostics.Metrics;

namespace Realtime.Core.Diagnostics;

/// <summary>The instruments of one server, on the meter <c>Realtime</c>.</summary>
/// <remarks>Thread-safe. An instrument that nobody listens to costs a branch.</remarks>
public sealed class RealtimeMeter : IDisposable
{
    /// <summary>The name of the meter and of the activity source.</summary>
    public const string Name = "Realtime";

    private readonly Meter _meter;
    private readonly KeyValuePair<string, object?> _server;
    private readonly UpDownCounter<long> _connections;
    private readonly UpDownCounter<long> _sockets;
    private readonly UpDownCounter<long> _rooms;
    private readonly Counter<long> _closes;
    private readonly Counter<long> _received;
    private readonly Counter<long> _receivedBytes;
    private readonly Counter<long> _sent;
    private readonly Counter<long> _sentBytes;
    private readonly Counter<long> _handlerErrors;
    private readonly Histogram<double> _handlerTime;
    private readonly Counter<long> _refusedConnections;
    private readonly Counter<long> _refusedJoins;
    private readonly Counter<long> _refusedEvents;
    private readonly Counter<long> _dropped;

    /// <summary>Initializes a new instance of the <see cref="RealtimeMeter"/> class.</summary>
    /// <param name="factory">Makes the meter; <see langword="null"/> makes one of its own.</param>
    /// <param name="serverName">The name of the server: the tag <c>realtime.server</c> on every measurement.</param>
    public RealtimeMeter(IMeterFactory? factory = null, string serverName = "")
    {
        var options = new MeterOptions(Name);
        _meter = factory?.Create(options) ?? new Meter(options);
        _server = new("realtime.server", serverName);
        _connections = _meter.CreateUpDownCounter<long>("realtime.connections", "{connection}", "Open connections.");
        _sockets = _meter.CreateUpDownCounter<long>("realtime.sockets", "{socket}", "Clients in namespaces.");
        _rooms = _meter.CreateUpDownCounter<long>("realtime.rooms", "{room}", "Rooms with at least one member.");
        _closes = _meter.CreateCounter<long>("realtime.connection.closes", "{connection}", "Ended connections, by reason.");
        _received = _meter.CreateCounter<long>("realtime.messages.received", "{message}", "Messages from clients.");
        _receivedBytes = _meter.CreateCounter<long>("realtime.bytes.received", "By", "Payload bytes from clients.");
        _sent = _meter.CreateCounter<long>("realtime.messages.sent", "{message}", "Messages handed to the queues of clients.");
        _sentBytes = _meter.CreateCounter<long>("realtime.bytes.sent", "By", "Bytes handed to the queues of clients.");
        _handlerErrors = _meter.CreateCounter<long>("realtime.handler.errors", "{error}", "Handlers that threw.");
        _handlerTime = _meter.CreateHistogram<double>("realtime.handler.duration", "s", "Time that handlers take.");
        _refusedConnections = _meter.CreateCounter<long>("realtime.connections.refused", "{connection}", "Clients that were refused before they had a connection, by reason.");
        _refusedJoins = _meter.CreateCounter<long>("realtime.sockets.refused", "{socket}", "Clients that were refused in a namespace, by reason.");
        _refusedEvents = _meter.CreateCounter<long>("realtime.events.refused", "{event}", "Events from clients that were refused before their handler, by reason.");
        _dropped = _meter.CreateCounter<long>("realtime.messages.dropped", "{message}", "Messages that were dropped because a client was behind, by policy.");
    }

    /// <summary>Gets a value indicating whether somebody measures how long handlers take, or counts those that throw.</summary>
    public bool MeasuresHandlers => _handlerTime.Enabled || _handlerErrors.Enabled;

    /// <summary>Adds a gauge that is asked when somebody looks.</summary>
    /// <param name="name">The name.</param>
    /// <param name="unit">The unit.</param>
    /// <param name="description">What it shows.</param>
    /// <param name="observe">The value.</param>
    public void AddGauge(string name, string unit, string description, Func<long> observe) =>
        _meter.CreateObservableGauge(name, () => new Measurement<long>(observe(), _server), unit, description);

    /// <inheritdoc />
    public void Dispose() => _meter.Dispose();

    internal void ConnectionOpened() => _connections.Add(1, _server);

    internal void ConnectionClosed(string reason)
    {
        _connections.Add(-1, _server);
        _closes.Add(1, _server, new("realtime.close.reason", reason));
    }

    internal void SocketConnected(string path) => _sockets.Add(1, _server, new("realtime.namespace", path));

    internal void SocketDisconnected(string path) => _sockets.Add(-1, _server, new("realtime.namespace", path));

    internal void RoomCreated() => _rooms.Add(1, _server);

    internal void RoomDeleted() => _rooms.Add(-1, _server);

    internal void MessageReceived(long bytes)
    {
        if (_received.Enabled || _receivedBytes.Enabled)
        {
            _received.Add(1, _server);
            _receivedBytes.Add(bytes, _server);
        }
    }

    internal void MessagesSent(long count, long bytes)
    {
        if (_sent.Enabled || _sentBytes.Enabled)
        {
            _sent.Add(count, _server);
            _sentBytes.Add(bytes, _server);
        }
    }

    internal void ConnectionRefused(ErrorCode code) => _refusedConnections.Add(1, _server, Reason(code));

    internal void SocketRefused(ErrorCode code) => _refusedJoins.Add(1, _server, Reason(code)); // by no name that a client made up

    internal void EventRefused(string path, ErrorCode code) => _refusedEvents.Add(1, _server, new("realtime.namespace", path), Reason(code));

    internal void MessagesDropped(long count, string policy) => _dropped.Add(count, _server, new("realtime.policy", policy));

    internal void HandlerCompleted(string path, string eventName, double seconds, bool failed)
    {
        var space = new KeyValuePair<string, object?>("realtime.namespace", path);
        var name = new KeyValuePair<string, object?>("realtime.event", eventName);
        _handlerTime.Record(seconds, _server, space, name);
        if (failed)
        {
            _handlerErrors.Add(1, _server, space, name);
        }
    }

    private static KeyValuePair<string, object?> Reason(ErrorCode code) => new("realtime.reason", code.ToText());
}
