using Realtime.Core.Connections;
using Realtime.Core.Framing;
using Realtime.Core.Transports;

namespace Realtime.Core.Tests.Connections;

/// <summary>A client in memory that writes down what it gets.</summary>
internal sealed class TestClient
{
    private readonly Lock _gate = new();
    private readonly List<string> _lines = [];
    private bool _pausesWhenServed;

    internal TestClient(string name = TransportNames.WebSocket)
    {
        Peer = MemoryTransport.CreatePair(name);
        Peer.OnMessage(Take);
    }

    internal MemoryPeer Peer { get; }

    internal Connection Connection { get; private set; } = null!;

    internal bool HasEnded => Peer.Ended.IsCompleted;

    /// <summary>What came since the last look, without the open frame.</summary>
    internal string[] Lines
    {
        get
        {
            lock (_gate)
            {
                return [.. _lines];
            }
        }
    }

    /// <summary>Called for each message, on the thread that sends it.</summary>
    internal Action<string>? Reacts { get; set; }

    internal TestClient Connect(ConnectionEngine engine, IHandshake? handshake = null)
    {
        Connection = engine.Accept(Peer.Transport, handshake ?? new BasicHandshake());
        Peer.Start(Connection);
        return this;
    }

    internal void Send(params ReadOnlySpan<string> messages)
    {
        foreach (string message in messages)
        {
            Peer.Send(message);
        }
    }

    internal string[] Take()
    {
        lock (_gate)
        {
            string[] taken = [.. _lines];
            _lines.Clear();
            return taken;
        }
    }

    /// <summary>From now on behaves like long-polling: takes messages only for a poll, and a poll ends with the first batch.</summary>
    internal void PlayPolling()
    {
        _pausesWhenServed = true;
        Peer.Pause();
    }

    internal void Poll() => Peer.Resume();

    private void Take(EncodedMessage message)
    {
        string line = Wire.Line(message);
        if (line.StartsWith('0'))
        {
            return;
        }

        if (_pausesWhenServed)
        {
            Peer.Pause();
        }

        lock (_gate)
        {
            _lines.Add(line);
        }

        Reacts?.Invoke(line);
    }
}
