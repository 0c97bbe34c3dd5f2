using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;
using Realtime.Core.Identifiers;

namespace Realtime.Core.Protocol.Raw;

/// <summary>The members of one message as they came, each at most once.</summary>
/// <remarks>Confined to one read. The slices refer to the bytes of the message.</remarks>
[StructLayout(LayoutKind.Auto)]
internal struct RawMembers
{
    private const int LongestNameShown = 64;

    internal ReadOnlyMemory<byte>? Event { get; private set; }

    internal ReadOnlyMemory<byte>? Data { get; private set; }

    internal ReadOnlyMemory<byte>? Arguments { get; private set; }

    internal ReadOnlyMemory<byte>? Auth { get; private set; }

    internal ReadOnlyMemory<byte>? Namespace { get; private set; }

    internal ulong? Id { get; private set; }

    internal ulong? Ack { get; private set; }

    internal bool Disconnects { get; private set; }

    /// <summary>Reads a message.</summary>
    /// <returns>What is wrong with it, or <see langword="null"/>.</returns>
    /// <exception cref="JsonException">It is no JSON.</exception>
    internal string? Read(ReadOnlyMemory<byte> json, PacketLimits limits)
    {
        var reader = new Utf8JsonReader(json.Span, new JsonReaderOptions { MaxDepth = limits.MaxDepth });
        reader.Read();
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            return "A message is one JSON object.";
        }

        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (TakeMember(ref reader, json) is { } fault)
            {
                return fault;
            }
        }

        reader.Read(); // throws when something follows
        return null;
    }

    private string? TakeMember(ref Utf8JsonReader reader, ReadOnlyMemory<byte> json)
    {
        // Names are compared as they are spelled: one with an escape in it is none of ours.
        ReadOnlySpan<byte> name = reader.ValueSpan;
        reader.Read();
        switch (name)
        {
            case var _ when name.SequenceEqual("event"u8):
                return Event is null && reader.TokenType == JsonTokenType.String ? Take(Event = Slice(ref reader, json)) : "event is a string, once.";
            case var _ when name.SequenceEqual("data"u8):
                return Data is null ? Take(Data = Slice(ref reader, json)) : "data stands once.";
            case var _ when name.SequenceEqual("args"u8):
                return Arguments is null && reader.TokenType == JsonTokenType.StartArray ? Take(Arguments = Slice(ref reader, json)) : "args is an array, once.";
            case var _ when name.SequenceEqual("auth"u8):
                return Auth is null && reader.TokenType is JsonTokenType.StartObject or JsonTokenType.Null ? Take(Auth = Slice(ref reader, json)) : "auth is an object or null, once.";
            case var _ when name.SequenceEqual("id"u8):
                return Id is null && TryGetNumber(ref reader, out ulong id) ? Take(Id = id) : "id is a whole number from 0 to 2^64-1, once.";
            case var _ when name.SequenceEqual("ack"u8):
                return Ack is null && TryGetNumber(ref reader, out ulong ack) ? Take(Ack = ack) : "ack is a whole number from 0 to 2^64-1, once.";
            case var _ when name.SequenceEqual("ns"u8):
                return Namespace is null && TryGetPath(ref reader) ? null : "ns is a string that begins with a slash and holds no comma, once.";
            case var _ when name.SequenceEqual("disconnect"u8):
                return !Disconnects && reader.TokenType == JsonTokenType.True ? Take(Disconnects = true) : "disconnect is true, once.";
            default:
                return $"The protocol has no member '{Encoding.UTF8.GetString(name[..Math.Min(name.Length, LongestNameShown)])}'.";
        }
    }

    private static string? Take<T>(T _) => null;

    private static ReadOnlyMemory<byte> Slice(ref Utf8JsonReader reader, ReadOnlyMemory<byte> json)
    {
        int start = (int)reader.TokenStartIndex;
        reader.Skip();
        return json[start..(int)reader.BytesConsumed];
    }

    private static bool TryGetNumber(ref Utf8JsonReader reader, out ulong number)
    {
        number = 0;
        return reader.TokenType == JsonTokenType.Number && reader.TryGetUInt64(out number);
    }

    private bool TryGetPath(ref Utf8JsonReader reader)
    {
        if (reader.TokenType != JsonTokenType.String)
        {
            return false;
        }

        byte[] path = new byte[reader.ValueSpan.Length];
        try
        {
            path = path[..reader.CopyString(path)];
        }
        catch (InvalidOperationException)
        {
            return false; // half of a surrogate pair
        }

        Namespace = path is [(byte)'/'] ? NamespacePath.Root.Utf8Memory : path;
        return path.Length > 0 && path[0] == (byte)'/' && !path.AsSpan().Contains((byte)',');
    }
}
