namespace Realtime.Core.Connections;

/// <summary>
/// Gathers what is sent while one batch of input is worked on, so that each connection gets it with one write at the end.
/// </summary>
/// <remarks>
/// Confined to one thread, from <see cref="Enter"/> to <see cref="Exit"/>; scopes of one thread nest and the outermost one counts.
/// Adds no delay: a batch is what had already arrived. Order is kept: see <see cref="IDeferredFanOut.CatchUp"/>.
/// </remarks>
internal sealed class FlushScope
{
    [ThreadStatic]
    private static FlushScope? s_current;

    [ThreadStatic]
    private static FlushScope? s_idle;

    private readonly List<OutboundQueue> _queues = [];
    private readonly List<IDeferredFanOut> _fanOuts = [];
    private int _depth;

    private FlushScope()
    {
    }

    /// <summary>Gets the scope that this thread is in.</summary>
    internal static FlushScope? Current => s_current;

    /// <summary>Gets or sets on whose behalf this thread publishes just now.</summary>
    internal IPublisher? Publisher { get; set; }

    internal static FlushScope Enter()
    {
        FlushScope scope = s_current ?? s_idle ?? new FlushScope();
        s_current = scope;
        s_idle = null;
        scope._depth++;
        return scope;
    }

    internal void Add(OutboundQueue queue) => _queues.Add(queue);

    internal void Add(IDeferredFanOut fanOut, long number)
    {
        Publisher?.OnPublished(fanOut, number);

        // A batch of input touches few rooms, so a list is searched faster than a set.
        if (!_fanOuts.Contains(fanOut))
        {
            _fanOuts.Add(fanOut);
        }
    }

    /// <summary>To be called before something is sent to one member directly: what rooms hold back for it goes first.</summary>
    internal void CatchUp(object member)
    {
        foreach (IDeferredFanOut fanOut in _fanOuts)
        {
            fanOut.CatchUp(member);
        }
    }

    /// <summary>Sends everything gathered so far, and goes on gathering.</summary>
    internal void Flush()
    {
        // Outside the scope, or what is flushed would be gathered again.
        s_current = null;
        foreach (IDeferredFanOut fanOut in _fanOuts)
        {
            fanOut.Flush();
        }

        _fanOuts.Clear();
        foreach (OutboundQueue queue in _queues)
        {
            queue.EndScope();
        }

        _queues.Clear();
        s_current = this;
    }

    internal void Exit()
    {
        if (--_depth > 0)
        {
            return;
        }

        Flush();
        s_current = null;
        s_idle = this;
    }
}
