namespace Realtime.Client.Receiving;

/// <summary>One handler of one event.</summary>
/// <param name="run">Runs it.</param>
/// <param name="isOnce">Whether it runs for one event only.</param>
internal sealed class EventHandlerEntry(Func<ClientEventContext, ValueTask> run, bool isOnce = false)
{
    private int _used;

    internal bool IsOnce { get; } = isOnce;

    /// <summary>Runs it, unless it was for one event and has had it.</summary>
    internal ValueTask RunAsync(ClientEventContext context) =>
        IsOnce && Interlocked.Exchange(ref _used, 1) != 0 ? default : run(context);
}
