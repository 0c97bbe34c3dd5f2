namespace Realtime.Core.Connections;

/// <summary>A place for one connection on a server whose connections are limited.</summary>
/// <remarks>
/// Thread-safe. Reserve it before anything is made for a client, give it to <see cref="ConnectionEngine.Accept"/>, and dispose of it in any case: a place that
/// a connection has taken is given back when the connection is gone, one that none has taken when it is disposed of.
/// </remarks>
public sealed class ConnectionPlace : IDisposable
{
    private readonly ConnectionPlaces _owner;
    private int _state; // 0 reserved, 1 taken by a connection, 2 given back

    internal ConnectionPlace(ConnectionPlaces owner, string addressKey)
    {
        _owner = owner;
        AddressKey = addressKey;
    }

    internal string AddressKey { get; }

    /// <summary>Gives the place back unless a connection has taken it.</summary>
    public void Dispose()
    {
        if (Interlocked.CompareExchange(ref _state, 2, 0) == 0)
        {
            _owner.Leave(AddressKey);
        }
    }

    internal bool TryTake() => Interlocked.CompareExchange(ref _state, 1, 0) == 0;

    /// <summary>The connection that has taken it is gone.</summary>
    internal void Release()
    {
        if (Interlocked.Exchange(ref _state, 2) != 2)
        {
            _owner.Leave(AddressKey);
        }
    }
}
