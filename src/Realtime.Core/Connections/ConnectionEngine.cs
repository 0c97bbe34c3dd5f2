using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using Realtime.Core.Diagnostics;
using Realtime.Core.Identifiers;
using Realtime.Core.Timing;
using Realtime.Core.Transports;

namespace Realtime.Core.Connections;

/// <summary>The Engine.IO half of a server: accepts transports, keeps the connections, runs their clock.</summary>
/// <remarks>Thread-safe.</remarks>
public sealed class ConnectionEngine : IDisposable
{
    private readonly ConcurrentDictionary<string, Connection> _connections = new();
    private readonly ConnectionPlaces _places;
    private volatile bool _stopped;

    /// <summary>Initializes a new instance of the <see cref="ConnectionEngine"/> class.</summary>
    /// <param name="options">The options; read once.</param>
    /// <param name="handler">The layer above.</param>
    /// <param name="meter">Where to count.</param>
    /// <param name="logger">Where to log.</param>
    /// <param name="timeProvider">The clock.</param>
    public ConnectionEngine(ConnectionOptions options, IConnectionHandler handler, RealtimeMeter meter, ILogger logger, TimeProvider timeProvider)
    {
        ArgumentNullException.ThrowIfNull(options);
        Options = options;
        Handler = handler;
        Meter = meter;
        Logger = logger;
        TimeProvider = timeProvider;
        Wheel = new TimingWheel(timeProvider, ChooseResolution(options.Heartbeat), failure => ConnectionLog.DeadlineFailed(logger, failure));
        _places = new ConnectionPlaces(options.MaxConnections, options.MaxConnectionsPerAddress);
    }

    /// <summary>Gets the options.</summary>
    public ConnectionOptions Options { get; }

    /// <summary>Gets the clock.</summary>
    public TimeProvider TimeProvider { get; }

    /// <summary>Gets the wheel that all deadlines of the server share.</summary>
    public TimingWheel Wheel { get; }

    /// <summary>Gets the number of connections.</summary>
    public int Count => _connections.Count;

    /// <summary>Gets the connections, as they are while they are enumerated.</summary>
    public IEnumerable<Connection> Connections => _connections.Select(static pair => pair.Value);

    /// <summary>Gets a value indicating whether the server has stopped: nothing is accepted any more.</summary>
    public bool IsStopped => _stopped;

    /// <summary>Gets the number of places that are reserved or taken; 0 where nothing limits connections.</summary>
    public int PlaceCount => _places.Count;

    /// <summary>Gets a value indicating whether clients may be refused for their number or rate, so that <see cref="TryReserve"/> is to be asked.</summary>
    public bool LimitsConnections => Admission is not null || _places.AreLimited;

    internal CongestionCounter Congestion { get; } = new();

    /// <summary>Gets or sets who else decides on clients that are about to connect. Set before the first of them.</summary>
    internal IConnectionAdmission? Admission { get; set; }

    internal IConnectionHandler Handler { get; }

    internal RealtimeMeter Meter { get; }

    internal ILogger Logger { get; }

    /// <summary>Asks for a place for a client that is about to connect, before anything is made for it.</summary>
    /// <param name="address">The address of the client; empty when the transport has none.</param>
    /// <param name="place">The place, to be given to <see cref="Accept"/> and disposed of; <see langword="null"/> where nothing limits connections, and with a refusal.</param>
    /// <returns>Why the client may not connect; <see langword="null"/> when it may.</returns>
    public ConnectionRefusal? TryReserve(string address, out ConnectionPlace? place)
    {
        ArgumentNullException.ThrowIfNull(address);
        place = null;
        if (!LimitsConnections)
        {
            return null;
        }

        string key = AddressKey.Of(address);
        ConnectionRefusal? refusal = (key.Length == 0 ? null : Admission?.Check(key)) ?? _places.TryReserve(key, out place);
        if (refusal is not null)
        {
            Meter.ConnectionRefused(refusal.Code);
            ConnectionLog.Refused(Logger, address, refusal.Code);
        }

        return refusal;
    }

    /// <summary>Accepts a client on a transport and greets it: with Engine.IO by the open frame.</summary>
    /// <param name="transport">The transport. From now on report to the connection.</param>
    /// <param name="handshake">The request that opened it.</param>
    /// <param name="connectionId">The id to use; <see langword="null"/> makes one. It must be unique and hard to guess.</param>
    /// <param name="attach">Told of the connection before anything is sent, for transports that call back: messages only after this call has returned.</param>
    /// <param name="place">What <see cref="TryReserve"/> gave; without it a place is asked for here.</param>
    /// <param name="protocol">What the client speaks; <see langword="null"/> is Engine.IO.</param>
    /// <returns>The connection.</returns>
    /// <exception cref="InvalidOperationException">The server has stopped, the id is in use, or there is no place for the client.</exception>
    public Connection Accept(
        ITransport transport,
        IHandshake handshake,
        string? connectionId = null,
        Action<ITransportReceiver>? attach = null,
        ConnectionPlace? place = null,
        WireProtocol? protocol = null)
    {
        ArgumentNullException.ThrowIfNull(transport);
        ArgumentNullException.ThrowIfNull(handshake);
        if (place is null && LimitsConnections && TryReserve(handshake.Address, out place) is { } refusal)
        {
            throw new InvalidOperationException(refusal.Message);
        }

        var connection = new Connection(this, connectionId ?? RandomId.Create(), transport, handshake, protocol ?? WireProtocol.EngineIo) { Place = place };
        if (place?.TryTake() == false)
        {
            throw new InvalidOperationException("The place was given to another connection already.");
        }

        if (_stopped || !_connections.TryAdd(connection.Id, connection))
        {
            place?.Release();
            throw new InvalidOperationException(_stopped ? "The server has stopped." : $"The connection id '{connection.Id}' is in use.");
        }

        attach?.Invoke(connection);
        Meter.ConnectionOpened();
        ConnectionLog.Opened(Logger, connection.Id, transport.Name);
        connection.Start();
        Handler.OnOpened(connection);
        if (_stopped)
        {
            // The stop may have looked through the connections before this one was among them.
            connection.Close(CloseReason.ServerShuttingDown, discard: true);
        }

        return connection;
    }

    /// <summary>Finds a connection by its id.</summary>
    /// <param name="connectionId">The id that the client sent.</param>
    /// <returns>The connection, also one that is closing; <see langword="null"/> when there is none.</returns>
    public Connection? Find(string connectionId) => _connections.GetValueOrDefault(connectionId);

    /// <summary>Closes all connections and accepts no more.</summary>
    public void Stop() => Stop([]);

    /// <summary>Closes all connections and accepts no more.</summary>
    /// <param name="told">Those where what was sent before still has to go out, in the time of <see cref="ConnectionOptions.CloseTimeout"/>; elsewhere it is dropped.</param>
    internal void Stop(IReadOnlyCollection<Connection> told)
    {
        _stopped = true;
        foreach (Connection connection in told)
        {
            connection.Close(CloseReason.ServerShuttingDown);
        }

        foreach (Connection connection in Connections)
        {
            connection.Close(CloseReason.ServerShuttingDown, discard: true); // no effect on one that is closing
        }
    }

    /// <summary>Stops the clock. To be called after <see cref="Stop()"/>.</summary>
    public void Dispose() => Wheel.Dispose();

    internal void Report(Connection connection, CloseReason reason)
    {
        Meter.ConnectionClosed(reason.Text);
        ConnectionLog.Closed(Logger, connection.Id, reason.Text);
        Handler.OnClosed(connection, reason);
    }

    internal void Remove(Connection connection)
    {
        _connections.TryRemove(new KeyValuePair<string, Connection>(connection.Id, connection));
        connection.Place?.Release();
    }

    // A hundredth of the shortest heartbeat time: late by at most one percent. Never finer than the system's own timers, never coarser than 50 ms,
    // because the 100 ms of an upgrade are on this wheel too.
    private static TimeSpan ChooseResolution(HeartbeatOptions heartbeat)
    {
        TimeSpan shortest = heartbeat.Interval < heartbeat.Timeout ? heartbeat.Interval : heartbeat.Timeout;
        return TimeSpan.FromMilliseconds(Math.Clamp(Math.Floor(shortest.TotalMilliseconds / 100), 1, 50));
    }
}
