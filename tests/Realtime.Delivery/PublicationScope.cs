using Realtime.Core.Backplane;

namespace Realtime.Delivery;

/// <summary>Brings what the backplane knows to whoever emits or joins on the same flow: where a message was stored, and which session joins.</summary>
/// <remarks>Confined to one flow.</remarks>
internal sealed class PublicationScope
{
    private static readonly AsyncLocal<PublicationScope?> s_current = new();

    private PublicationScope(string? session) => Session = session;

    internal static PublicationScope? Current => s_current.Value;

    /// <summary>Gets the session that joins rooms.</summary>
    internal string? Session { get; }

    internal PublishResult? Result { get; set; }

    internal static PublicationScope Begin(string? session = null) => s_current.Value = new PublicationScope(session);

    /// <summary>Gets where the publication stands in a room.</summary>
    internal Place PlaceIn(string room)
    {
        foreach (StreamOffset stored in Result?.Offsets ?? [])
        {
            if (stored.Room == room)
            {
                return new Place(stored.Stream, stored.Offset);
            }
        }

        return new Place(null, 0);
    }
}
