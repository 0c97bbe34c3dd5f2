using Realtime.Core.Framing;

namespace Realtime.AspNetCore.WebSockets;

/// <summary>A packet for a client that cannot take binary messages (<c>b64=1</c>): they become text with base64.</summary>
internal static class Base64Form
{
    internal static EncodedPacket Of(EncodedPacket packet)
    {
        var output = EncodedPacketWriter.Rent();
        foreach (EncodedMessage message in packet.Messages)
        {
            output.BeginRawText();
            PollingPayload.WriteText(message, output);
            output.EndMessage();
        }

        return output.Build(packet.Compress);
    }
}
