using Realtime.Core.Protocol;

namespace Realtime.Client.Connections;

/// <summary>The namespaces of a client: brings them their packets, and takes what they have to send.</summary>
/// <remarks>Thread-safe. Copied on change: there are few, and they stay.</remarks>
internal sealed class LinkTable : ISessionOwner
{
    private readonly Lock _gate = new();
    private SocketLink[] _links = [];

    internal SocketLink[] All => Volatile.Read(ref _links);

    internal bool AnyActive => All.Any(static link => link.State.IsActive);

    internal SocketLink[] Active => [.. All.Where(static link => link.State.IsActive)];

    internal void Add(SocketLink link)
    {
        lock (_gate)
        {
            _links = [.. _links, link];
        }
    }

    internal void ForActive(Action<SocketLink> action)
    {
        foreach (SocketLink link in Active)
        {
            action(link);
        }
    }

    public ValueTask OnPacketAsync(EngineSession session, Packet packet)
    {
        foreach (SocketLink link in All)
        {
            if (link.Path.Utf8.SequenceEqual(packet.Namespace.Span))
            {
                return link.OnPacketAsync(session, in packet);
            }
        }

        return default; // a namespace that nobody here knows
    }

    public void TakeWaiting(EngineSession session, OutgoingBatch batch)
    {
        foreach (SocketLink link in All)
        {
            link.Sender.TakeInto(session, batch);
        }
    }
}
