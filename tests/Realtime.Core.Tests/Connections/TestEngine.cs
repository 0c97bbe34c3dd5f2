using System.Collections.Concurrent;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Realtime.Core.Connections;
using Realtime.Core.Diagnostics;
using Realtime.Core.Framing;
using Realtime.Core.Transports;

namespace Realtime.Core.Tests.Connections;

/// <summary>An engine on virtual time, whose upper layer writes down what it is told.</summary>
internal sealed class TestEngine : IConnectionHandler, IDisposable
{
    private readonly RealtimeMeter _meter = new();

    internal TestEngine(Action<ConnectionOptions>? configure = null)
    {
        var options = new ConnectionOptions();
        configure?.Invoke(options);
        Engine = new ConnectionEngine(options, this, _meter, NullLogger.Instance, Time);
    }

    internal FakeTimeProvider Time { get; } = new();

    internal ConnectionEngine Engine { get; }

    internal ConcurrentQueue<string> Seen { get; } = new();

    internal Func<Connection, string, ValueTask>? Handles { get; set; }

    internal Action<Connection>? Opens { get; set; }

    internal static EncodedPacket Message(string text) => EncodedPacket.CreateConstant(Wire.Utf8("4" + text));

    internal TestClient Connect(string name = TransportNames.WebSocket) => new TestClient(name).Connect(Engine);

    public void OnOpened(Connection connection) => Opens?.Invoke(connection);

    public ValueTask OnMessageAsync(Connection connection, in Frame frame)
    {
        string text = Wire.Text(frame.Payload);
        Seen.Enqueue(text);
        return Handles?.Invoke(connection, text) ?? default;
    }

    public void OnClosed(Connection connection, CloseReason reason) => Seen.Enqueue($"closed: {reason}");

    public void Dispose()
    {
        Engine.Dispose();
        _meter.Dispose();
    }
}
