using System.Collections.Concurrent;
using Realtime.Core.Connections;
using Realtime.Core.Framing;
using Realtime.Core.Transports;

namespace Realtime.Core.Tests.Connections;

/// <summary>A transport that writes down each write as one line: the messages of the write, joined by bars.</summary>
internal sealed class RecordingTransport : ITransport
{
    private readonly Queue<string> _incoming = new();

    public string Name { get; init; } = TransportNames.WebSocket;

    public bool CanSend { get; set; } = true;

    public long UnsentBytes { get; set; }

    internal ConcurrentQueue<string> Writes { get; } = new();

    internal bool IsClosed { get; private set; }

    /// <summary>Called on the thread that sends, before anything is written down.</summary>
    internal Action? Sending { get; set; }

    internal Connection Accept(ConnectionEngine engine)
    {
        Connection connection = engine.Accept(this, new BasicHandshake());
        Writes.Clear();
        return connection;
    }

    internal void Receive(params string[] messages) => Array.ForEach(messages, _incoming.Enqueue);

    public void Send(ReadOnlySpan<EncodedPacket> packets)
    {
        Sending?.Invoke();
        var lines = new List<string>();
        foreach (EncodedPacket packet in packets)
        {
            lines.Add(Wire.Lines(packet).Replace('\n', '|'));
        }

        Writes.Enqueue(string.Join('|', lines));
    }

    public bool TryRead(out TransportMessage message)
    {
        bool any = _incoming.TryDequeue(out string? text);
        message = any ? Wire.TextMessage(text!) : default;
        return any;
    }

    public void Close() => IsClosed = true;

    public void Abort() => IsClosed = true;
}
