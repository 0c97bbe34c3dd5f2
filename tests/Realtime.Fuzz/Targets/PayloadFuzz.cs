using System.Buffers;
using System.Text.Json;
using Realtime.Core.Protocol;
using Realtime.Core.Protocol.Json;

namespace Realtime.Fuzz.Targets;

/// <summary>Input: the text of a packet. Its arguments are read as many types, of which only JSON's own exception may come, and passed on unchanged.</summary>
internal static class PayloadFuzz
{
    private static readonly PayloadSerializer s_serializer = new();

    internal static void Run(ReadOnlyMemory<byte> input)
    {
        if (!PacketFuzz.TryRead(new ReadOnlySequence<byte>(input), out Packet packet) || packet.Kind is not (PacketKind.Event or PacketKind.Ack))
        {
            return;
        }

        EventArguments arguments = EventArguments.From(PacketFuzz.Complete(packet));
        if (packet.Kind == PacketKind.Event)
        {
            EventArgument first = EventArguments.First(packet);
            Expect.That(arguments.Count == 0 ? first == EventArguments.Missing : first.Json.Span.SequenceEqual(arguments[0].Json.Span), "the first argument is found without the others");
        }

        foreach (EventArgument argument in arguments)
        {
            ReadAsManyTypes(argument);
        }

        // With one attachment in front, every number moves up by one.
        EventPayload payload = s_serializer.SerializeAck([new byte[] { byte.MaxValue }, .. arguments.Cast<object>()]);
        var passedOn = new Packet { Kind = PacketKind.Ack, Namespace = "/"u8.ToArray(), Data = payload.Data, AttachmentCount = payload.Attachments.Count, Attachments = payload.Attachments };
        EventArguments again = EventArguments.From(passedOn);
        Expect.That(again.Count == arguments.Count + 1, "as many arguments are passed on");
        for (int i = 0; i < arguments.Count; i++)
        {
            Expect.That(IsSame(arguments[i], again[i + 1]), "an argument is passed on as it came");
        }
    }

    private static void ReadAsManyTypes(EventArgument argument)
    {
        argument.TryGetBinary(out _);
        TryRead<JsonElement>(argument);
        TryRead<string>(argument);
        TryRead<int>(argument);
        TryRead<double>(argument);
        TryRead<DateTimeOffset>(argument);
        TryRead<byte[]>(argument);
        TryRead<Memory<byte>?>(argument);
        TryRead<Dictionary<string, ReadOnlyMemory<byte>>>(argument);
        TryRead<List<Shape>>(argument);
        TryRead<Shape>(argument);
        TryRead<EventArgument[]>(argument);
    }

    private static void TryRead<T>(EventArgument argument)
    {
        try
        {
            T? value = s_serializer.Deserialize<T>(argument);
            s_serializer.SerializeValue(value);
            s_serializer.SerializeAck<T?>(value);
        }
        catch (JsonException)
        {
            // The argument does not fit, or it holds half of a surrogate pair, which a JsonElement takes but cannot write.
        }
    }

    // Without attachments byte for byte; with attachments, what stands where the placeholders are has moved, so only what stands around them.
    private static bool IsSame(EventArgument before, EventArgument after)
    {
        ReadOnlySpan<byte> left = before.Json.Span;
        ReadOnlySpan<byte> right = after.Json.Span;
        if (before.Attachments.Count == 0)
        {
            return left.SequenceEqual(right);
        }

        using var old = JsonDocument.Parse(before.Json, new JsonDocumentOptions { MaxDepth = 600 });
        using var moved = JsonDocument.Parse(after.Json, new JsonDocumentOptions { MaxDepth = 600 });
        return IsSame(old.RootElement, before, moved.RootElement, after);
    }

    private static bool IsSame(JsonElement left, EventArgument before, JsonElement right, EventArgument after)
    {
        if (left.ValueKind != right.ValueKind)
        {
            return false;
        }

        switch (left.ValueKind)
        {
            case JsonValueKind.Array:
                return left.GetArrayLength() == right.GetArrayLength() && left.EnumerateArray().Zip(right.EnumerateArray()).All(pair => IsSame(pair.First, before, pair.Second, after));
            case JsonValueKind.Object when AttachmentOf(left, before) is { } attachment:
                return AttachmentOf(right, after) is { } other && attachment.Span.SequenceEqual(other.Span);
            case JsonValueKind.Object:
                return left.EnumerateObject().Count() == right.EnumerateObject().Count()
                    && left.EnumerateObject().Zip(right.EnumerateObject()).All(pair => IsSame(pair.First.Value, before, pair.Second.Value, after));
            default:
                return left.GetRawText() == right.GetRawText();
        }
    }

    private static ReadOnlyMemory<byte>? AttachmentOf(JsonElement element, EventArgument argument)
    {
        int? number = null;
        bool marked = false;
        foreach (JsonProperty property in element.EnumerateObject())
        {
            switch (NameOf(property))
            {
                case "_placeholder":
                    marked = property.Value.ValueKind == JsonValueKind.True;
                    break;
                case "num":
                    number = property.Value.ValueKind == JsonValueKind.Number && property.Value.TryGetInt32(out int value) ? value : null;
                    break;
            }
        }

        return marked ? argument.Attachments[number!.Value] : null;
    }

    private static string? NameOf(JsonProperty property)
    {
        try
        {
            return property.Name;
        }
        catch (InvalidOperationException)
        {
            return null; // Half of a surrogate pair has no string.
        }
    }

    private sealed record Shape(string? Name, int? Size, byte[]? Bytes, Memory<byte> Pixels, EventArgument Content, List<Shape>? Inner, Dictionary<string, JsonElement>? More);
}
