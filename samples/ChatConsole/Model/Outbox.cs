namespace ChatConsole.Model;

/// <summary>Lines that wait to be sent, oldest first. A line leaves when the server has it, or when it is given up.</summary>
/// <remarks>Confined to the loop.</remarks>
public sealed class Outbox
{
    private const int MaxWaiting = 200;
    private readonly LinkedList<Entry> _waiting = [];
    private TaskCompletionSource _added = NewSignal();

    public int Count => _waiting.Count;

    /// <summary>Adds a line at the end.</summary>
    /// <returns>Whether there was room for it.</returns>
    public bool TryAdd(Entry entry)
    {
        if (_waiting.Count >= MaxWaiting)
        {
            return false;
        }

        _waiting.AddLast(entry);
        _added.TrySetResult();
        return true;
    }

    /// <summary>Puts lines that were sent before back before all others, in their order.</summary>
    public void Restore(IReadOnlyList<Entry> entries)
    {
        foreach (Entry entry in entries.Reverse())
        {
            _waiting.AddFirst(entry);
        }

        _added.TrySetResult();
    }

    /// <summary>Waits for the next line. It stays here until it is removed.</summary>
    public async Task<Entry> PeekAsync(CancellationToken cancellationToken)
    {
        while (_waiting.Count == 0)
        {
            _added = NewSignal();
            await _added.Task.WaitAsync(cancellationToken);
        }

        return _waiting.First!.Value;
    }

    public void Remove(Entry entry) => _waiting.Remove(entry);

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
