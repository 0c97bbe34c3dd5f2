using System.Collections;
using System.Text.Json;

namespace Realtime.Core.Protocol;

/// <summary>The arguments of an event or an acknowledgement, as they came: nothing is deserialised before it is asked for.</summary>
/// <remarks>Immutable. It owns its bytes, so it may be kept.</remarks>
public sealed class EventArguments : IReadOnlyList<EventArgument>
{
    private readonly EventArgument[] _items;

    private EventArguments(EventArgument[] items) => _items = items;

    /// <summary>Gets the empty list.</summary>
    public static EventArguments Empty { get; } = new([]);

    /// <summary>Gets what stands for an argument that was not sent.</summary>
    public static EventArgument Missing { get; } = new("null"u8.ToArray(), []);

    /// <inheritdoc />
    public int Count => _items.Length;

    /// <inheritdoc />
    public EventArgument this[int index] => _items[index];

    /// <summary>Finds the arguments in a packet. The packet must own its bytes.</summary>
    /// <param name="packet">An event or an acknowledgement that a codec accepted.</param>
    /// <returns>The arguments; of an event without its name.</returns>
    public static EventArguments From(in Packet packet)
    {
        if (packet.Data.IsEmpty)
        {
            return Empty;
        }

        EventArgument[] items = [];
        int count = 0;
        var reader = new Utf8JsonReader(packet.Data.Span, new JsonReaderOptions { MaxDepth = int.MaxValue });
        reader.Read();
        if (packet.Kind == PacketKind.Event)
        {
            reader.Read();
        }

        IReadOnlyList<ReadOnlyMemory<byte>> attachments = packet.Attachments ?? [];
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            int start = (int)reader.TokenStartIndex;
            reader.Skip();
            if (count == items.Length)
            {
                Array.Resize(ref items, Math.Max(1, count * 2)); // most have one
            }

            items[count++] = new EventArgument(packet.Data[start..(int)reader.BytesConsumed], attachments);
        }

        Array.Resize(ref items, count); // does nothing where it fits
        return count == 0 ? Empty : new EventArguments(items);
    }

    /// <summary>Finds the first argument of an event, without looking at the others. It refers to the bytes of the packet.</summary>
    /// <param name="packet">An event that a codec accepted.</param>
    /// <returns>The argument, or <see cref="Missing"/>.</returns>
    public static EventArgument First(in Packet packet)
    {
        // What stands behind the name is a comma and the rest of the array, or its end.
        ReadOnlyMemory<byte> rest = packet.Data[packet.ArgumentsOffset..];
        int comma = rest.Span.IndexOfAnyExcept(" \t\r\n"u8);
        if (comma < 0 || rest.Span[comma] != (byte)',')
        {
            return Missing;
        }

        rest = rest[(comma + 1)..];
        var reader = new Utf8JsonReader(rest.Span, isFinalBlock: false, new JsonReaderState(new JsonReaderOptions { MaxDepth = int.MaxValue }));
        reader.Read();
        int start = (int)reader.TokenStartIndex;
        reader.TrySkip();
        return new EventArgument(rest[start..(int)reader.BytesConsumed], packet.Attachments ?? []);
    }

    /// <summary>Gets the arguments behind the first ones.</summary>
    /// <param name="count">How many to leave out.</param>
    /// <returns>The rest.</returns>
    public EventArguments Skip(int count) => count >= Count ? Empty : new EventArguments(_items[count..]);

    /// <inheritdoc />
    public IEnumerator<EventArgument> GetEnumerator() => ((IEnumerable<EventArgument>)_items).GetEnumerator();

    /// <inheritdoc />
    IEnumerator IEnumerable.GetEnumerator() => _items.GetEnumerator();
}
