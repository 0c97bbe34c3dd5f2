namespace Realtime.Client.Receiving;

/// <summary>What ends a subscription.</summary>
/// <remarks>Thread-safe; only the first call counts.</remarks>
internal sealed class Subscription(Action end) : IDisposable
{
    private Action? _end = end;

    public void Dispose() => Interlocked.Exchange(ref _end, null)?.Invoke();
}
