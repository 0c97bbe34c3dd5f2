using Realtime.Core.Backplane;
using Realtime.Core.Sequencing;

namespace Realtime.Core.Namespaces.Recovery;

/// <summary>How far a namespace has been numbered, as this node has seen it.</summary>
/// <remarks>Thread-safe: written under the order of the backplane, read by anybody.</remarks>
internal sealed class NamespaceOrder
{
    private long _last;
    private Control? _lastControl;

    /// <summary>Gets the place of what was numbered last.</summary>
    internal long Last => Volatile.Read(ref _last);

    /// <summary>Gets where the last join, leave or disconnect stands; <see langword="null"/> while nobody knows.</summary>
    internal StreamOffset? LastControl => Volatile.Read(ref _lastControl)?.Offset;

    /// <summary>The log of joins, leaves and disconnects stands here. A node that has just started, or has placed nothing since, learns it from that.</summary>
    internal void BeginControls(StreamPosition head)
    {
        if (LastControl is null)
        {
            Interlocked.CompareExchange(ref _lastControl, new Control(new StreamOffset(Publication.ControlLog, head.Stream, head.Offset)), null);
        }
    }

    /// <summary>The log of a room was opened at this place. A node that has just started, or has placed nothing since, learns from that how far the namespace is.</summary>
    internal void Reach(long order)
    {
        long last = Last;
        while (order > last && Interlocked.CompareExchange(ref _last, order, last) != last)
        {
            last = Last;
        }
    }

    internal void Advance(PublishResult result, bool isControl)
    {
        Volatile.Write(ref _last, result.Order);
        if (isControl)
        {
            Volatile.Write(ref _lastControl, new Control(result.Offsets[0]));
        }
    }

    private sealed record Control(StreamOffset Offset);
}
