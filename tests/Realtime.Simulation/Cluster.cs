using System.Text;
using Realtime.Checker;
using Realtime.Core.Backplane;
using Realtime.Core.Identifiers;
using Realtime.Core.Sequencing;

namespace Realtime.Simulation;

/// <summary>The backplane of all nodes of a run: one local backplane that places what it numbers in the rooms of each of them. It outlives nodes, and can lose its logs.</summary>
/// <remarks>Confined to the thread of the run.</remarks>
internal sealed class Cluster : IBackplaneReceiver
{
    private readonly World _world;
    private readonly RetentionLimits _limits;
    private readonly List<IBackplaneReceiver> _nodes = [];
    private LocalBackplane _logs;

    internal Cluster(World world, RetentionLimits limits)
    {
        _world = world;
        _limits = limits;
        _logs = CreateLogs();
    }

    internal int NodeCount => _nodes.Count;

    internal IBackplane Logs => _logs;

    internal void Add(IBackplaneReceiver node) => _nodes.Add(node);

    internal void Remove(IBackplaneReceiver node) => _nodes.Remove(node);

    /// <summary>Everything that was kept is gone. To be called when no node runs.</summary>
    internal void LoseLogs() => _logs = CreateLogs();

    internal PublishResult Publish(Publication publication)
    {
        if (publication.Kind != PublicationKind.Event)
        {
            return Send(publication);
        }

        string id = IdOf(publication);
        Publication changed = _world.Mutation == MutationKind.WrongRoom ? _world.Mutations.Misaddress(publication) : publication;
        if (_world.Mutation == MutationKind.SkipNumber && _world.Mutations.Due())
        {
            Send(Mutations.ForNobody(publication, [.. publication.Audience.Rooms.DefaultIfEmpty("")]));
        }

        PublishResult result = Send(changed);
        if (_world.Mutation == MutationKind.ReuseNumber && _world.Mutations.Due())
        {
            result = Mutations.Reuse(result);
        }

        foreach (StreamOffset place in result.Offsets)
        {
            _world.Recorder.Add(Records.Ack(id, _world.Recorder.Room(place.Room), _world.Recorder.Stream(place.Stream), place.Offset));
        }

        foreach (string room in changed.Audience.Rooms.DefaultIfEmpty("").Except(result.Offsets.Select(static place => place.Room)))
        {
            _world.Recorder.Add(Records.Ack(id, _world.Recorder.Room(room), null, null));
        }

        return result;
    }

    public async ValueTask OnPublicationAsync(Publication publication)
    {
        foreach (IBackplaneReceiver node in _nodes.ToArray())
        {
            await node.OnPublicationAsync(publication);
        }
    }

    public PlacedPublication Place(Publication publication, PublishResult result)
    {
        _world.Ledger.NotePlaces(result);
        return new PlacedOnNodes([.. _nodes.Select(node => node.Place(publication, result))]);
    }

    public void Interrupt(NamespacePath path, string room, StreamPosition head) => throw new NotSupportedException("These logs lose nothing and go on as nothing else.");

    public PublicationBatch BeginBatch() => throw new NotSupportedException("Nothing here gathers.");

    private static string IdOf(Publication publication) => Encoding.UTF8.GetString(publication.Payload.Data.Span).Split('"')[3];

    private PublishResult Send(Publication publication)
    {
        ValueTask<PublishResult> published = _logs.PublishAsync(publication, CancellationToken.None);
        return published.IsCompletedSuccessfully ? published.Result : throw new InvalidOperationException("A publication did not complete at once: the run would depend on threads.");
    }

    private LocalBackplane CreateLogs()
    {
        var logs = new LocalBackplane(_limits, _world.Time.Provider);
        _ = logs.StartAsync(this, CancellationToken.None);
        return logs;
    }

    private sealed class PlacedOnNodes(PlacedPublication[] placed) : PlacedPublication
    {
        public override async ValueTask SendAsync()
        {
            foreach (PlacedPublication publication in placed)
            {
                await publication.SendAsync();
            }
        }
    }
}
