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

    /// <summary>Leaves the scope of this thread, for what is not a part of it.</summary>
    /// <returns>The scope, if there is one: to be given to <see cref="Resume"/>.</returns>
    internal static FlushScope? Suspend()
    {
        FlushScope? scope = s_current;
        s_current = null;
        return scope;
    }

    internal static void Resume(FlushScope? scope) => s_current = scope;

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

    /// <summary>Takes out what was gathered, when all of it is for one room that lets it be sent later.</summary>
    /// <returns>What sends it; <see langword="null"/> when it is sent at the end of the scope.</returns>
    internal IDisposable? TryDefer()
    {
        if (_depth == 1 && _queues.Count == 0 && _fanOuts is [{ } only] && only.TryDefer() is { } deferred)
        {
            _fanOuts.Clear();
            return deferred;
        }

        return null;
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
