using System.Net.WebSockets;
using Realtime.AspNetCore.Tests.WebSockets.Rfc6455;
using Realtime.Core.Framing;

namespace Realtime.AspNetCore.Tests.WebSockets;

/// <summary>Runs a case on the WebSocket that ASP.NET Core itself uses, as a server that echoes the close code.</summary>
internal static class AspNetCoreRun
{
    private const int BufferSize = 16 * 1024;

    /// <summary>Gives the text and binary messages; pings never reach the caller, so their payloads come back as the pongs that were sent.</summary>
    public static async Task<(Outcome Outcome, IReadOnlyList<byte[]> Pongs)> RunAsync(byte[] client, IEnumerable<int> sizes)
    {
        using ScriptedStream stream = new(Cuts.Apply(client, sizes));
        using WebSocket socket = WebSocket.CreateFromStream(stream, new WebSocketCreationOptions { IsServer = true, KeepAliveInterval = TimeSpan.Zero });
        List<ReceivedMessage> messages = [];
        bool failed = await ReceiveAllAsync(socket, messages);

        IReadOnlyList<(WebSocketOpcode Opcode, byte[] Payload)> sent = ServerFrames.Read(stream.Written);
        PeerSees sees = ServerFrames.EndOf(sent);
        if (failed && sees == PeerSees.StillOpen)
        {
            sees = PeerSees.TcpClose;
        }

        return (new Outcome(messages, sees), [.. sent.Where(frame => frame.Opcode == WebSocketOpcode.Pong).Select(frame => frame.Payload)]);
    }

    private static async Task<bool> ReceiveAllAsync(WebSocket socket, List<ReceivedMessage> messages)
    {
        byte[] buffer = new byte[BufferSize];
        List<byte> message = [];
        try
        {
            while (true)
            {
                ValueWebSocketReceiveResult result = await socket.ReceiveAsync(buffer.AsMemory(), CancellationToken.None);
                if (result.MessageType == WebSocketMessageType.Close)
                {
                    await socket.CloseOutputAsync(socket.CloseStatus ?? WebSocketCloseStatus.Empty, null, CancellationToken.None);
                    return false;
                }

                message.AddRange(buffer.AsSpan(0, result.Count));
                if (result.EndOfMessage)
                {
                    WebSocketOpcode kind = result.MessageType == WebSocketMessageType.Text ? WebSocketOpcode.Text : WebSocketOpcode.Binary;
                    messages.Add(new ReceivedMessage(kind, [.. message]));
                    message.Clear();
                }
            }
        }
        catch (WebSocketException ended)
        {
            // The script is over while the socket waits for more: that is a connection that is still open.
            return ended.WebSocketErrorCode != WebSocketError.ConnectionClosedPrematurely;
        }
    }
}
