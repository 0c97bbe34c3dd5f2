using System.Collections.Concurrent;
using Realtime.Core.Backplane;
using Realtime.Core.Identifiers;
using Realtime.Core.Sequencing;

namespace Realtime.Contracts.Backplane;

/// <summary>One node, written down: what its backplane gave it to apply.</summary>
public sealed class RecordingReceiver : IBackplaneReceiver
{
    private readonly ConcurrentQueue<Publication> _applied = new();
    private readonly ConcurrentQueue<(string Room, StreamPosition Head)> _interrupted = new();
    private readonly ConcurrentQueue<(Publication Publication, PublishResult Result)> _placed = new();

    /// <summary>Which rooms were interrupted, and behind which positions they go on.</summary>
    public IReadOnlyList<(string Room, StreamPosition Head)> Interrupted => [.. _interrupted];

    /// <summary>What was given its place, in order.</summary>
    public IReadOnlyList<(Publication Publication, PublishResult Result)> PlacedInOrder => [.. _placed];

    /// <summary>What has been applied completely, in order.</summary>
    public IReadOnlyList<Publication> Applied => [.. _applied];

    /// <summary>What applying waits for.</summary>
    public Func<Publication, Task> Work { get; set; } = static _ => Task.CompletedTask;

    /// <inheritdoc />
    public async ValueTask OnPublicationAsync(Publication publication)
    {
        await Work(publication);
        _applied.Enqueue(publication);
    }

    /// <inheritdoc />
    public PlacedPublication Place(Publication publication, PublishResult result)
    {
        _placed.Enqueue((publication, result));
        return new Placed(this, publication);
    }

    /// <inheritdoc />
    public void Interrupt(NamespacePath path, string room, StreamPosition head) => _interrupted.Enqueue((room, head));

    /// <inheritdoc />
    public PublicationBatch BeginBatch() => new Unsent();

    private sealed class Placed(RecordingReceiver receiver, Publication publication) : PlacedPublication
    {
        public override ValueTask SendAsync() => receiver.OnPublicationAsync(publication);
    }

    private sealed class Unsent : PublicationBatch
    {
        public override bool TryDefer() => false;

        public override void Dispose()
        {
        }
    }
}
