using Realtime.Core.Backplane;

namespace Realtime.Core.Namespaces.Recovery;

/// <summary>How far the joins, leaves and disconnects of a namespace were applied to one session.</summary>
/// <remarks>Guarded by <c>_gate</c>.</remarks>
internal sealed class ControlPosition
{
    private readonly Lock _gate = new();
    private long _order;
    private StreamOffset? _left;

    /// <summary>Gets where in the log of the namespace the connection was lost; <see langword="null"/> when the log was empty.</summary>
    internal StreamOffset? Left
    {
        get
        {
            lock (_gate)
            {
                return _left;
            }
        }
    }

    /// <summary>Notes that an entry was applied, while the client was connected.</summary>
    internal void Applied(long order)
    {
        lock (_gate)
        {
            _order = Math.Max(_order, order);
        }
    }

    /// <summary>Tells whether an entry was applied already.</summary>
    internal bool Has(long order)
    {
        lock (_gate)
        {
            return order <= _order;
        }
    }

    /// <summary>The connection is lost.</summary>
    internal void Leave(StreamOffset? last)
    {
        lock (_gate)
        {
            _left = last;
        }
    }
}
