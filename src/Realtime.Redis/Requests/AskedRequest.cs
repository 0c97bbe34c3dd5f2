namespace Realtime.Redis.Requests;

/// <summary>A request that waits for the nodes that it has reached.</summary>
/// <remarks>Guarded by <c>_gate</c>. Answers may come before it is known who was reached.</remarks>
internal sealed class AskedRequest(Action<NodeRequest> onAnswer)
{
    private readonly Lock _gate = new();
    private readonly HashSet<string> _answered = new(StringComparer.Ordinal);
    private readonly TaskCompletionSource _all = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private IReadOnlyCollection<string>? _reached;

    /// <summary>Gets a task that completes when every node has answered.</summary>
    internal Task All => _all.Task;

    /// <summary>Gets how many nodes were reached.</summary>
    internal int ReachedCount => _reached?.Count ?? 0;

    internal void OnReached(IReadOnlyCollection<string> nodes)
    {
        lock (_gate)
        {
            _reached = nodes;
            CompleteLocked();
        }
    }

    /// <summary>Something has come back. What is told runs under the gate, and is short.</summary>
    internal void OnMessage(in NodeRequest message)
    {
        lock (_gate)
        {
            if (message.Kind == RequestKind.Answer && !_answered.Add(message.From))
            {
                return;
            }

            onAnswer(message);
            CompleteLocked();
        }
    }

    private void CompleteLocked()
    {
        if (_reached is not null && _reached.All(_answered.Contains))
        {
            _all.TrySetResult();
        }
    }
}
