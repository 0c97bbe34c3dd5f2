using System.Buffers;
using Realtime.Core.Connections;
using Realtime.Core.Framing;

namespace Realtime.ConformanceHost.Servers;

/// <summary>Sends every message back: text as text, binary as binary.</summary>
internal sealed class EchoHandler : IConnectionHandler
{
    public void OnOpened(Connection connection)
    {
    }

    public ValueTask OnMessageAsync(Connection connection, in Frame frame)
    {
        EncodedPacketWriter writer = EncodedPacketWriter.Rent();
        if (frame.IsBinary)
        {
            writer.BeginBinary();
        }
        else
        {
            writer.BeginText();
        }

        foreach (ReadOnlyMemory<byte> part in frame.Payload)
        {
            writer.Write(part.Span);
        }

        writer.EndMessage();
        EncodedPacket echo = writer.Build();
        connection.Send(echo);
        echo.Release();
        return default;
    }

    public void OnClosed(Connection connection, CloseReason reason)
    {
    }
}
