using Realtime.Core.Diagnostics;

namespace Realtime.Core.Connections;

/// <summary>How many connections a server has, in all and of each address, and how many it may have.</summary>
/// <remarks>Guarded by <c>_gate</c>. Addresses are only kept while they have connections, and only when there is a limit for them.</remarks>
internal sealed class ConnectionPlaces(int? max, int? maxPerAddress)
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, int> _byAddress = new(StringComparer.Ordinal);
    private int _count;

    internal bool AreLimited => max is not null || maxPerAddress is not null;

    /// <summary>Gets the number of places that are reserved or taken.</summary>
    internal int Count
    {
        get
        {
            lock (_gate)
            {
                return _count;
            }
        }
    }

    internal ConnectionRefusal? TryReserve(string addressKey, out ConnectionPlace? place)
    {
        place = null;
        lock (_gate)
        {
            if (_count >= max)
            {
                return new ConnectionRefusal(ErrorCode.ServerFull, "The server is full");
            }

            if (maxPerAddress is not null && addressKey.Length > 0)
            {
                int ofAddress = _byAddress.GetValueOrDefault(addressKey);
                if (ofAddress >= maxPerAddress)
                {
                    return new ConnectionRefusal(ErrorCode.TooManyConnections, "Too many connections from this address");
                }

                _byAddress[addressKey] = ofAddress + 1;
            }

            _count++;
        }

        place = new ConnectionPlace(this, addressKey);
        return null;
    }

    internal void Leave(string addressKey)
    {
        lock (_gate)
        {
            _count--;
            if (_byAddress.TryGetValue(addressKey, out int ofAddress))
            {
                if (ofAddress == 1)
                {
                    _byAddress.Remove(addressKey);
                }
                else
                {
                    _byAddress[addressKey] = ofAddress - 1;
                }
            }
        }
    }
}
