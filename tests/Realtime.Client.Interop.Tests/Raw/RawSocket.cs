using System.Net.WebSockets;
using System.Text;
using System.Threading.Channels;
using Realtime.Contracts;

namespace Realtime.Client.Interop.Tests.Raw;

/// <summary>The server's end of a WebSocket: messages as they are, binary ones as <c>b</c> and base64.</summary>
/// <remarks>Confined to its test.</remarks>
internal sealed class RawSocket(WebSocket socket)
{
    private readonly Channel<string> _received = Channel.CreateUnbounded<string>();
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Gets the messages that have come.</summary>
    internal ChannelReader<string> Received => _received.Reader;

    /// <summary>Gets the end of the connection, whoever wanted it.</summary>
    internal Task Ended => _ended.Task;

    internal Task SendAsync(string text) => SendAsync(Encoding.UTF8.GetBytes(text), WebSocketMessageType.Text);

    internal Task SendAsync(byte[] bytes) => SendAsync(bytes, WebSocketMessageType.Binary);

    /// <summary>Sends a text in two WebSocket frames.</summary>
    internal async Task SendInPiecesAsync(string text)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(text);
        await socket.SendAsync(bytes.AsMemory(0, bytes.Length / 2), WebSocketMessageType.Text, endOfMessage: false, Bounded.Token());
        await socket.SendAsync(bytes.AsMemory(bytes.Length / 2), WebSocketMessageType.Text, endOfMessage: true, Bounded.Token());
    }

    internal Task<string> ReceiveAsync() => _received.Reader.ReadAsync(Bounded.Token()).AsTask();

    internal Task CloseAsync(WebSocketCloseStatus status) => socket.CloseOutputAsync(status, null, Bounded.Token());

    /// <summary>Ends the TCP connection without a word.</summary>
    internal void Abort()
    {
        if (!_ended.Task.IsCompleted) // the request is over then, and what belongs to it disposed of
        {
            socket.Abort();
        }
    }

    /// <summary>Reads until the end. The request lives as long as this.</summary>
    internal async Task ReadAsync()
    {
        byte[] buffer = new byte[64 * 1024];
        using var message = new MemoryStream();
        try
        {
            while (true)
            {
                ValueWebSocketReceiveResult result = await socket.ReceiveAsync(buffer.AsMemory(), CancellationToken.None);
                if (result.MessageType == WebSocketMessageType.Close)
                {
                    await socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, CancellationToken.None);
                    return;
                }

                message.Write(buffer, 0, result.Count);
                if (result.EndOfMessage)
                {
                    byte[] whole = message.ToArray();
                    message.SetLength(0);
                    _received.Writer.TryWrite(result.MessageType == WebSocketMessageType.Text ? Encoding.UTF8.GetString(whole) : "b" + Convert.ToBase64String(whole));
                }
            }
        }
        catch (Exception gone) when (gone is WebSocketException or OperationCanceledException or IOException or ObjectDisposedException or InvalidOperationException)
        {
            // The client or the test ended it.
        }
        finally
        {
            _received.Writer.TryComplete();
            _ended.TrySetResult();
        }
    }

    private async Task SendAsync(byte[] bytes, WebSocketMessageType type)
    {
        try
        {
            await socket.SendAsync(bytes, type, endOfMessage: true, Bounded.Token());
        }
        catch (Exception gone) when (gone is WebSocketException or OperationCanceledException or IOException or ObjectDisposedException)
        {
            // The client has left, perhaps because of this very message. What the test waits for says whether it had to.
        }
    }
}
