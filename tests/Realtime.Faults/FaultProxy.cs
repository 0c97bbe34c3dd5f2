using System.Net;
using System.Net.Sockets;

namespace Realtime.Faults;

/// <summary>A TCP proxy between clients and one target, or several that share them, that makes faults when it is told to.</summary>
/// <remarks>Thread-safe. Which connection a fault befalls is chosen by the given random numbers, so a seed repeats the choice.</remarks>
public sealed class FaultProxy : IAsyncDisposable
{
    private readonly Census _census = new();
    private readonly ConnectionTable _connections;
    private readonly Doorway _doorway;
    private int _toRefuse;

    private FaultProxy(IReadOnlyList<EndPoint> targets, Random random, TimeProvider time)
    {
        _connections = new ConnectionTable(targets, random, time, _census);
        _doorway = new Doorway(_census, Enter);
    }

    /// <summary>Gets where clients connect.</summary>
    public IPEndPoint EndPoint => _doorway.EndPoint;

    /// <summary>Gets how many faults happened. A delay or a trickle counts when it first holds bytes back, a refusal when somebody is refused.</summary>
    public FaultCounters Faults { get; } = new();

    /// <summary>Gets how many connections there are, half-open ones included.</summary>
    public int LiveConnections => _connections.Count;

    /// <summary>Gets how many sockets are open. 0 after disposal.</summary>
    public int LiveSockets => _census.Sockets;

    /// <summary>Gets how many tasks run. 0 after disposal.</summary>
    public int LiveTasks => _census.Tasks;

    /// <summary>Starts a proxy on a port of its own of the loopback address.</summary>
    public static FaultProxy Start(EndPoint target, Random random, TimeProvider? time = null) => Start([target], random, time);

    /// <summary>Starts one that gives connections to several targets in turn. One that a target refuses goes to the next; it does not notice a target that is silent.</summary>
    public static FaultProxy Start(IReadOnlyList<EndPoint> targets, Random random, TimeProvider? time = null)
    {
        var proxy = new FaultProxy(targets, random, time ?? TimeProvider.System);
        proxy._doorway.Open();
        return proxy;
    }

    /// <summary>Makes a fault on one random connection, of those that are not half-open.</summary>
    /// <returns>Whether there was one.</returns>
    public bool ApplyToOne(Fault fault)
    {
        if (_connections.ChooseOne() is not { } chosen)
        {
            return false;
        }

        chosen.Apply(fault, new FaultNote(fault.Kind, Faults));
        return true;
    }

    /// <summary>Makes a fault on every connection that is not half-open.</summary>
    /// <returns>On how many.</returns>
    public int ApplyToAll(Fault fault)
    {
        ProxiedConnection[] chosen = _connections.Choose(static connection => connection.IsWhole);
        Array.ForEach(chosen, connection => connection.Apply(fault, new FaultNote(fault.Kind, Faults)));
        return chosen.Length;
    }

    /// <summary>Cuts connections that have been half-open for some time. That is the end of a fault and counts as none.</summary>
    /// <returns>How many.</returns>
    public int CutHalfOpen(TimeSpan after)
    {
        ProxiedConnection[] chosen = _connections.Choose(connection => connection.IsHalfOpen && connection.HalfOpenFor >= after);
        var uncounted = new FaultNote(FaultKind.Cut, new FaultCounters());
        Array.ForEach(chosen, connection => connection.Apply(Fault.Cut, uncounted));
        return chosen.Length;
    }

    /// <summary>Refuses the next connections, besides those that are still to be refused.</summary>
    public void RefuseNext(int count) => Interlocked.Add(ref _toRefuse, count);

    /// <summary>Refuses nobody any more.</summary>
    public void StopRefusing() => Interlocked.Exchange(ref _toRefuse, 0);

    /// <summary>Stops listening; connections that are there stay.</summary>
    /// <returns>Whether it was listening.</returns>
    public bool StopListening()
    {
        if (!_doorway.Close())
        {
            return false;
        }

        Faults.Count(FaultKind.Down);
        return true;
    }

    /// <summary>Listens again, on the same port.</summary>
    /// <returns>Whether it was not.</returns>
    public bool StartListening() => _doorway.Open();

    /// <summary>Ends everything; clients and the target see resets.</summary>
    public async ValueTask DisposeAsync()
    {
        await _doorway.StopAsync();
        await _connections.StopAsync();
    }

    // Called by one task: nobody else takes from what is to be refused.
    private void Enter(Socket client)
    {
        if (Volatile.Read(ref _toRefuse) > 0)
        {
            Interlocked.Decrement(ref _toRefuse);
            client.Dispose();
            Faults.Count(FaultKind.Refuse);
            return;
        }

        _connections.Add(client);
    }
}
