using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Text.Json;

namespace Realtime.Core.Framing;

/// <summary>What the server tells in the first frame of a connection.</summary>
/// <remarks>Immutable.</remarks>
/// <param name="ConnectionId">The id of the connection: a secret between server and client.</param>
/// <param name="Upgrades">The transports that the client may upgrade to.</param>
/// <param name="PingInterval">The time between two pings.</param>
/// <param name="PingTimeout">The time that the client adds to the interval before it gives the server up.</param>
/// <param name="MaxPayload">The largest message that the server takes, in bytes.</param>
public sealed record HandshakeInfo(string ConnectionId, IReadOnlyList<string> Upgrades, TimeSpan PingInterval, TimeSpan PingTimeout, int MaxPayload)
{
    /// <summary>Encodes the open frame. Exactly five keys, in the order that Node writes them.</summary>
    /// <returns>The packet; the caller owns it.</returns>
    public EncodedPacket Encode()
    {
        EncodedPacketWriter output = EncodedPacketWriter.Rent();
        output.BeginText(FrameKind.Open);
        using (var json = new Utf8JsonWriter(output))
        {
            json.WriteStartObject();
            json.WriteString("sid"u8, ConnectionId);
            json.WriteStartArray("upgrades"u8);
            foreach (string upgrade in Upgrades)
            {
                json.WriteStringValue(upgrade);
            }

            json.WriteEndArray();
            json.WriteNumber("pingInterval"u8, (long)PingInterval.TotalMilliseconds);
            json.WriteNumber("pingTimeout"u8, (long)PingTimeout.TotalMilliseconds);
            json.WriteNumber("maxPayload"u8, MaxPayload);
            json.WriteEndObject();
        }

        output.EndMessage();
        return output.Build();
    }

    /// <summary>Reads the payload of an open frame, as a client gets it. Members that are not known are ignored.</summary>
    /// <param name="payload">The JSON behind the kind of the frame.</param>
    /// <param name="info">What the server tells. Without a largest message (servers before engine.io 6.2 do not tell it) that is <see cref="int.MaxValue"/>.</param>
    /// <returns><see langword="false"/> when it is not JSON, or the id or the heartbeat is missing or makes no sense.</returns>
    public static bool TryRead(in ReadOnlySequence<byte> payload, [NotNullWhen(true)] out HandshakeInfo? info)
    {
        info = null;
        try
        {
            using JsonDocument json = JsonDocument.Parse(payload);
            JsonElement root = json.RootElement;
            if (root.ValueKind != JsonValueKind.Object
                || !root.TryGetProperty("sid"u8, out JsonElement id) || id.ValueKind != JsonValueKind.String || id.GetString() is not { Length: > 0 } connectionId
                || ReadNumber(root, "pingInterval"u8) is not (> 0 and { } interval)
                || ReadNumber(root, "pingTimeout"u8) is not (> 0 and { } timeout))
            {
                return false;
            }

            long maxPayload = ReadNumber(root, "maxPayload"u8) is > 0 and var most ? most : int.MaxValue;
            string[] upgrades = root.TryGetProperty("upgrades"u8, out JsonElement names) && names.ValueKind == JsonValueKind.Array
                ? [.. names.EnumerateArray().Where(static name => name.ValueKind == JsonValueKind.String).Select(static name => name.GetString()!)]
                : [];
            info = new HandshakeInfo(connectionId, upgrades, TimeSpan.FromMilliseconds(interval), TimeSpan.FromMilliseconds(timeout), (int)Math.Min(maxPayload, int.MaxValue));
            return true;
        }
        catch (JsonException)
        {
            return false;
        }
    }

    // As whole milliseconds or bytes; beyond 24 days nothing is a heartbeat any more.
    private static long? ReadNumber(JsonElement root, ReadOnlySpan<byte> name) =>
        root.TryGetProperty(name, out JsonElement value) && value.ValueKind == JsonValueKind.Number && value.TryGetDouble(out double number)
            ? (long)Math.Clamp(Math.Ceiling(number), 0, int.MaxValue)
            : null;
}
