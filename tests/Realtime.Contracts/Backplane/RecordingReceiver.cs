using System.Collections.Concurrent;
using Realtime.Core.Backplane;

namespace Realtime.Contracts.Backplane;

/// <summary>One node, written down: what its backplane gave it to apply.</summary>
public sealed class RecordingReceiver : IBackplaneReceiver
{
    private readonly ConcurrentQueue<Publication> _applied = new();

    /// <summary>What has been applied completely, in order.</summary>
    public IReadOnlyList<Publication> Applied => [.. _applied];

    /// <summary>What applying waits for.</summary>
    public Func<Publication, Task> Work { get; set; } = static _ => Task.CompletedTask;

    /// <inheritdoc />
    public async ValueTask OnPublicationAsync(Publication publication, PublishResult result)
    {
        await Work(publication);
        _applied.Enqueue(publication);
    }
}
