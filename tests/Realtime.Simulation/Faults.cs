using Realtime.Checker;
using Realtime.Core.Protocol;
using Realtime.Core.Sessions;

namespace Realtime.Simulation;

/// <summary>What goes wrong in a run.</summary>
/// <remarks>Confined to the thread of the run.</remarks>
internal sealed class Faults
{
    private readonly World _world;
    private readonly Traffic _traffic;
    private readonly (string Name, int Weight, Func<bool> Make)[] _kinds;

    /// <summary>Prepares the faults of a run.</summary>
    /// <param name="world">The run.</param>
    /// <param name="traffic">What the applications do.</param>
    /// <param name="without">The names of faults that are not made, to find out which one it takes.</param>
    internal Faults(World world, Traffic traffic, IReadOnlyCollection<string> without)
    {
        _world = world;
        _traffic = traffic;
        (string Name, int Weight, Func<bool> Make)[] all =
        [
            ("cut", 6, () => OnConnected(static client => client.Link!.Cut())),
            ("cut of a cut", 2, CutTwice),
            ("half-open", 5, () => OnConnected(static client => client.GiveUp())),
            ("lost answer", 3, LoseAnswer),
            ("late attempt", 2, DelayAttempt),
            ("window expiry", 1, StayAway),
            ("slow reader", 3, () => OnConnected(client => client.Link!.Stall(Milliseconds(500, 4000)))),
            ("slow replay", 3, SlowReplay),
            ("reorder", 4, () => OnConnected(static client => client.Link!.HoldsNext = true)),
            ("join and leave", 4, MoveAndCut),
            ("flood", 2, Flood),
            ("restart", 1, Restart),
            ("restart without logs", 1, RestartAll),
            ("write of an old owner", 2, WriteAsOldOwner),
        ];
        _kinds = [.. all.Where(kind => !without.Contains(kind.Name))];
    }

    internal static IReadOnlyList<string> Names { get; } =
    [
        "cut", "cut of a cut", "half-open", "lost answer", "late attempt", "window expiry", "slow reader", "slow replay", "reorder", "join and leave", "flood", "restart", "restart without logs",
        "write of an old owner",
    ];

    internal void Plan()
    {
        for (int i = 0; i < _world.Plan.FaultCount; i++)
        {
            _world.Time.After(TimeSpan.FromSeconds(1) + TimeSpan.FromMilliseconds(_world.Random.Next((int)_world.Plan.Duration.TotalMilliseconds)), Make);
        }
    }

    private void Make()
    {
        int drawn = _world.Random.Next(_kinds.Sum(static kind => kind.Weight));
        foreach ((string name, int weight, Func<bool> make) in _kinds)
        {
            drawn -= weight;
            if (drawn < 0)
            {
                _world.Recorder.Add(Records.Fault(name, begins: true));
                if (make())
                {
                    _world.Coverage.Fault(name);
                }
                else
                {
                    _world.Time.After(Milliseconds(50, 500), Make); // another one, a little later
                }

                return;
            }
        }
    }

    private TimeSpan Milliseconds(int from, int to) => TimeSpan.FromMilliseconds(_world.Random.Next(from, to));

    private bool OnConnected(Action<SimulatedClient> act)
    {
        SimulatedClient[] connected = [.. _world.Clients.Where(static client => client.IsConnected)];
        if (connected.Length == 0)
        {
            return false;
        }

        act(connected[_world.Random.Next(connected.Length)]);
        return true;
    }

    private bool CutTwice() => OnConnected(client =>
    {
        client.NextLink = link => _world.Time.After(Milliseconds(2, 60), link.Cut);
        client.Link!.Cut();
    });

    private bool LoseAnswer() => OnConnected(client =>
    {
        client.NextLink = static link => link.LosesAnswer = true;
        client.Link!.Cut();
    });

    private bool DelayAttempt() => OnConnected(client =>
    {
        client.NextLink = link => link.UpDelay = Milliseconds(2000, 4000);
        client.Link!.Cut();
    });

    private bool StayAway() => OnConnected(client =>
    {
        client.AwayUntil = _world.Time.Now + _world.Plan.Window + Milliseconds(50, 3000);
        client.Link!.Cut();
    });

    private bool SlowReplay() => OnConnected(client =>
    {
        client.AwayUntil = _world.Time.Now + Milliseconds(500, 5000);
        client.NextLink = link => _world.Time.After(Milliseconds(5, 60), () => link.Stall(Milliseconds(300, 2000)));
        client.Link!.Cut();
    });

    private bool MoveAndCut() => OnConnected(client =>
    {
        string room = _traffic.Room();
        foreach (string way in (string[])["leave", "join", "leave", "join"])
        {
            _traffic.Move(client, way, room);
        }

        _world.Time.After(Milliseconds(1, 60), () => client.Link?.Cut());
    });

    private bool Flood()
    {
        string room = _traffic.Room();
        int count = _world.Random.Next(20, 60);
        for (int i = 0; i < count; i++)
        {
            _world.Time.After(Milliseconds(0, 500), () => _traffic.Say(_world.NextMessageId(), room));
        }

        return OnConnected(client =>
        {
            client.AwayUntil = _world.Time.Now + Milliseconds(300, 1500);
            client.Link!.Cut();
        });
    }

    private bool Restart()
    {
        if (_world.Nodes.Count(static node => node.IsUp) < 2 || _world.PickNode() is not { } node)
        {
            return false;
        }

        node.Stop();
        _world.Time.After(Milliseconds(100, 2000), _world.StartNode);
        return true;
    }

    private bool RestartAll()
    {
        Node[] up = [.. _world.Nodes.Where(static node => node.IsUp)];
        if (up.Length == 0)
        {
            return false;
        }

        foreach (Node node in up)
        {
            node.Stop();
        }

        StartWithoutLogs(up.Length);
        return true;
    }

    private void StartWithoutLogs(int count) => _world.Time.After(Milliseconds(1000, 2000), () =>
    {
        if (_world.Nodes.Any(static node => !node.HasStopped))
        {
            if (!_world.Nodes.Any(static node => node.IsUp))
            {
                StartWithoutLogs(count);
            }

            return;
        }

        _world.Cluster.LoseLogs();
        for (int i = 0; i < count; i++)
        {
            _world.StartNode();
        }
    });

    // As one that was cut off from the store while another took its session over.
    private bool WriteAsOldOwner()
    {
        (SessionOwnership Ownership, Node Node)[] old = [.. _world.Ledger.Claims.Values.SelectMany(static claims => claims.SkipLast(1))];
        if (old.Length == 0)
        {
            return false;
        }

        (SessionOwnership ownership, Node node) = old[_world.Random.Next(old.Length)];
        var change = new SessionChange { Session = ownership, Ack = new StoredAck(1000, new EventPayload("[\"old\"]"u8.ToArray(), [])) };
        return node.Store.SaveAsync(change, CancellationToken.None).IsCompletedSuccessfully;
    }
}
