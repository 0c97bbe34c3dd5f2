using System.Text;
using Realtime.Core.Connections;
using Realtime.Core.Framing;
using Realtime.Core.Transports;

namespace Realtime.Simulation;

/// <summary>One connection: what either side sends takes its time, keeps its order, and is lost when the connection is.</summary>
/// <remarks>Confined to the thread of the run.</remarks>
internal sealed class Link
{
    private const int Capacity = 1024; // bytes on their way to the client; beyond it the server has to wait

    private readonly World _world;
    private readonly SimulatedClient _client;
    private readonly MemoryPeer _peer = MemoryTransport.CreatePair();
    private readonly Queue<(string Text, TimeSpan Due)> _down = new();
    private readonly List<string> _held = [];
    private TimeSpan _lastDown;
    private TimeSpan _lastUp;
    private TimeSpan _stalledUntil;
    private long _bytes;
    private bool _pumping;
    private bool _paused;
    private bool _clientListens = true;
    private bool _serverHasEnded;

    internal Link(World world, SimulatedClient client, Node node)
    {
        _world = world;
        _client = client;
        Node = node;
    }

    internal Node Node { get; }

    /// <summary>Gets or sets how long everything from the client takes in addition.</summary>
    internal TimeSpan UpDelay { get; set; }

    /// <summary>Gets or sets a value indicating whether the connection is lost with the answer to the CONNECT.</summary>
    internal bool LosesAnswer { get; set; }

    /// <summary>Gets or sets a value indicating whether the next numbered event is overtaken by others. No wire does that; a client has to cope all the same.</summary>
    internal bool HoldsNext { get; set; }

    internal bool IsIdle => _down.Count == 0 && _held.Count == 0;

    internal void Open()
    {
        _world.Links.Add(this);
        _peer.OnMessage(TakeFromServer);
        _peer.Start(Node.Server.Engine.Accept(_peer.Transport, new BasicHandshake()));
    }

    internal void Send(string text, bool isRepeated = false)
    {
        string sent = isRepeated && _world.Mutation == MutationKind.NoDedupe ? Mutations.StripNumber(text) : text;
        _lastUp = Later(_lastUp, _world.Delay() + UpDelay);
        _world.Time.After(_lastUp - _world.Time.Now, () =>
        {
            if (!_serverHasEnded)
            {
                _peer.Send(sent);
            }
        });
    }

    /// <summary>The connection is lost, and with it what is on its way. Both sides notice.</summary>
    internal void Cut()
    {
        Forget();
        EndServer();
        _client.OnClosed(this);
    }

    /// <summary>The client gives the connection up. What it has sent still arrives; the server hears of the end later, and cannot send meanwhile.</summary>
    internal void Abandon(TimeSpan serverNotices)
    {
        Forget();
        _peer.Pause();
        _world.Time.After(serverNotices, EndServer);
    }

    /// <summary>The client reads nothing for a while.</summary>
    internal void Stall(TimeSpan duration) => _stalledUntil = _world.Time.Now + duration;

    /// <summary>Looks whether the server has closed the connection.</summary>
    internal bool CheckEnded()
    {
        if (!_serverHasEnded && _peer.Ended.IsCompleted)
        {
            _serverHasEnded = true;
            if (_clientListens)
            {
                _world.Coverage.Hit(Branch.TooSlow);
                TimeSpan until = _lastDown > _stalledUntil ? _lastDown : _stalledUntil;
                _world.Time.After((until > _world.Time.Now ? until - _world.Time.Now : default) + TimeSpan.FromMilliseconds(1), CloseForClient);
            }
        }

        return _serverHasEnded && !_clientListens;
    }

    private void CloseForClient()
    {
        if (_clientListens)
        {
            Forget();
            _client.OnClosed(this);
        }
    }

    private void Forget()
    {
        _clientListens = false;
        _down.Clear();
        _held.Clear();
    }

    private void EndServer()
    {
        if (!_serverHasEnded)
        {
            _serverHasEnded = true;
            _peer.Close(new IOException("cut"));
        }
    }

    private TimeSpan Later(TimeSpan last, TimeSpan delay)
    {
        TimeSpan due = _world.Time.Now + delay;
        return due > last ? due : last;
    }

    private void TakeFromServer(EncodedMessage message)
    {
        string? text = Encoding.UTF8.GetString(message.Data.Span);
        text = _world.Mutations.EditDown(text, _client.Name);
        if (!_clientListens || text is null)
        {
            return;
        }

        _lastDown = Later(_lastDown, _world.Delay());
        _down.Enqueue((text, _lastDown));
        _bytes += text.Length;
        if (_bytes > Capacity && !_paused)
        {
            _paused = true;
            _peer.Pause();
        }

        Pump();
    }

    private void Pump()
    {
        if (_pumping || _down.Count == 0)
        {
            return;
        }

        _pumping = true;
        TimeSpan due = _down.Peek().Due > _stalledUntil ? _down.Peek().Due : _stalledUntil;
        _world.Time.After(due > _world.Time.Now ? due - _world.Time.Now : default, PumpNow);
    }

    private void PumpNow()
    {
        _pumping = false;
        while (_clientListens && _down.Count > 0 && _down.Peek().Due <= _world.Time.Now && _stalledUntil <= _world.Time.Now)
        {
            string text = _down.Dequeue().Text;
            _bytes -= text.Length;
            Arrive(text);
        }

        if (_paused && _clientListens && _bytes < Capacity / 2)
        {
            _paused = false;
            _peer.Resume();
        }

        Pump();
    }

    private void Arrive(string text)
    {
        if (LosesAnswer && text.StartsWith("40", StringComparison.Ordinal))
        {
            Cut();
            return;
        }

        if (HoldsNext && text.StartsWith("42[\"said\"", StringComparison.Ordinal) && !text.Contains(",\"~", StringComparison.Ordinal))
        {
            HoldsNext = false;
            _held.Add(text);
            _world.Time.After(TimeSpan.FromMilliseconds(_world.Random.Next(20, 300)), Release);
            return;
        }

        // What the server says of a stream itself relies on the order of the wire.
        if (_held.Count > 0 && text.StartsWith("42[\"$rt:", StringComparison.Ordinal))
        {
            Release();
        }

        _client.OnText(this, text);
    }

    private void Release()
    {
        string[] held = [.. _held];
        _held.Clear();
        foreach (string text in held)
        {
            if (_clientListens)
            {
                _client.OnText(this, text);
            }
        }
    }
}
