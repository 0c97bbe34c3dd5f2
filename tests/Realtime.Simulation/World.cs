using System.Globalization;
using Realtime.Core.Sessions;

namespace Realtime.Simulation;

/// <summary>One run: nodes, clients, the wires between them, and what happens to them, all drawn from a seed.</summary>
/// <remarks>Confined to one thread: everything happens in the order of virtual time. Where a part would go on by itself on another thread, the run waits for it.</remarks>
internal sealed class World : IDisposable
{
    private readonly MemorySessionStore _store;
    private int _nodes;
    private int _messages;
    private long _answers;

    internal World(int seed, MutationKind mutation = MutationKind.None)
    {
        Random = new Random(seed);
        Plan = new Plan(Random);
        Mutation = mutation;
        Mutations = new Mutations(this, seed);
        Recorder = new Recorder(Time);
        Ledger = new SessionLedger(Recorder);
        _store = new MemorySessionStore(new SessionOptions { Window = Plan.Window }, Time.Provider);
        Cluster = new Cluster(this, Plan.Retention);
        for (int i = 0; i < Plan.NodeCount; i++)
        {
            StartNode();
        }

        Clients = [.. Enumerable.Range(1, Plan.ClientCount).Select(number => new SimulatedClient(this, $"c{number}"))];
    }

    internal VirtualTime Time { get; } = new();

    internal Random Random { get; }

    internal Plan Plan { get; }

    internal MutationKind Mutation { get; }

    internal Mutations Mutations { get; }

    internal Recorder Recorder { get; }

    internal SessionLedger Ledger { get; }

    internal PendingClaims Claims { get; } = new();

    internal Coverage Coverage { get; } = new();

    internal Cluster Cluster { get; }

    internal ISessionStore Store => _store;

    internal List<Node> Nodes { get; } = [];

    internal List<Link> Links { get; } = [];

    internal IReadOnlyList<SimulatedClient> Clients { get; }

    /// <summary>Gets what went wrong that no log tells: the protocol was broken, or the run did not come to rest.</summary>
    internal List<string> Problems { get; } = [];

    internal string NextMessageId() => string.Create(CultureInfo.InvariantCulture, $"m{++_messages}");

    internal long NextAnswer() => ++_answers;

    internal TimeSpan Delay() => TimeSpan.FromMicroseconds(Random.Next(500, 15_000));

    internal void StartNode() => Nodes.Add(new Node(this, string.Create(CultureInfo.InvariantCulture, $"n{++_nodes}")));

    internal Node? PickNode()
    {
        Node[] up = [.. Nodes.Where(static node => node.IsUp)];
        return up.Length == 0 ? null : up[Random.Next(up.Length)];
    }

    internal void RunUntil(TimeSpan until)
    {
        while (Time.TryStep(until))
        {
            Settle();
        }

        Settle();
    }

    /// <summary>Runs until all is at rest.</summary>
    /// <returns>Whether it came to that in time.</returns>
    internal bool RunToRest(TimeSpan patience)
    {
        TimeSpan end = Time.Now + patience;
        while (Time.Now < end)
        {
            RunUntil(Time.Now + TimeSpan.FromMilliseconds(500));
            if (Clients.All(static client => client.IsQuiet) && Nodes.All(static node => node.IsUp || node.HasStopped))
            {
                return true;
            }
        }

        return false;
    }

    internal void End()
    {
        foreach (Node node in Nodes)
        {
            node.End();
        }
    }

    public void Dispose() => _store.Dispose();

    // What nobody plans: a claim that can go on, a node that has come to its end, a connection that the server has closed.
    private void Settle()
    {
        Claims.Settle();
        foreach (Node node in Nodes)
        {
            node.Settle();
        }

        for (int i = Links.Count - 1; i >= 0; i--)
        {
            if (Links[i].CheckEnded())
            {
                Links.RemoveAt(i);
            }
        }
    }
}
