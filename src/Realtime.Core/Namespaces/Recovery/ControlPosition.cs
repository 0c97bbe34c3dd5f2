using Realtime.Core.Backplane;
using Realtime.Core.Sequencing;
using Realtime.Core.Sessions;

namespace Realtime.Core.Namespaces.Recovery;

/// <summary>How far the joins, leaves and disconnects of a namespace were applied to one session.</summary>
/// <remarks>Guarded by <c>_gate</c>.</remarks>
internal sealed class ControlPosition(NamespaceOrder namespaceOrder)
{
    private readonly Lock _gate = new();
    private long _order;
    private StreamOffset? _left;
    private StreamOffset? _stored;
    private bool _isAway;
    private bool _isFromElsewhere;

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

    /// <summary>Gets a value indicating whether what is stored of it says less than there is to say.</summary>
    internal bool IsBehind
    {
        get
        {
            lock (_gate)
            {
                return CurrentLocked != _stored;
            }
        }
    }

    private StreamOffset? CurrentLocked => _isAway ? _left : namespaceOrder.LastControl;

    /// <summary>Notes that an entry was applied.</summary>
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
    internal void Leave()
    {
        lock (_gate)
        {
            _left = CurrentLocked;
            _isAway = true;
        }
    }

    /// <summary>The client is back, and everything was applied.</summary>
    internal void Return()
    {
        lock (_gate)
        {
            _isAway = _isFromElsewhere = false;
        }
    }

    /// <summary>Takes over what another node has stored.</summary>
    internal void Restore(SessionRoom stored)
    {
        lock (_gate)
        {
            _left = new StreamOffset(Publication.ControlLog, stored.Joined.Stream, stored.Joined.Offset);
            _order = stored.JoinedOrder;
            _isAway = _isFromElsewhere = true;
        }
    }

    /// <summary>Tells whether the log that is kept here is the one that another node has named, or goes on as it. A backplane that is not shared has another one.</summary>
    internal bool IsIn(LogPage page)
    {
        lock (_gate)
        {
            return !_isFromElsewhere || page.Ended is not null || page.Head.Stream == _left?.Stream;
        }
    }

    /// <summary>Gets what another node needs to go on from here, as a stay in the log of the namespace; <see langword="null"/> when that was empty.</summary>
    internal SessionRoom? Store()
    {
        lock (_gate)
        {
            return (_stored = CurrentLocked) is { } last ? new SessionRoom(Publication.ControlLog, new StreamPosition(last.Stream, last.Offset), _order) : null;
        }
    }
}
