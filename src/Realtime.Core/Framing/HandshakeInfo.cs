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
}
