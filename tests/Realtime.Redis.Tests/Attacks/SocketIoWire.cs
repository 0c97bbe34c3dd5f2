using System.Collections.Concurrent;
using System.Net.WebSockets;
using System.Text;
using Realtime.Contracts;

namespace Realtime.Redis.Tests.Attacks;

/// <summary>A WebSocket that speaks Socket.IO as it is told, and writes down every line that comes.</summary>
/// <remarks>Thread-safe.</remarks>
internal sealed class SocketIoWire : IDisposable
{
    private readonly ClientWebSocket _socket = new();
    private readonly ConcurrentQueue<string> _lines = new();

    internal IReadOnlyList<string> Lines => [.. _lines];

    /// <summary>Whether the server has ended it.</summary>
    internal bool HasEnded { get; private set; }

    /// <summary>Connects, and reads from when it may.</summary>
    internal static async Task<SocketIoWire> OpenAsync(string address, Action<string> onLine, Task? mayRead = null)
    {
        var wire = new SocketIoWire();
        await wire._socket.ConnectAsync(new Uri($"{address.Replace("http", "ws", StringComparison.Ordinal)}/socket.io/?EIO=4&transport=websocket"), Bounded.Token());
        _ = wire.ReadAsync(onLine, mayRead ?? Task.CompletedTask);
        return wire;
    }

    internal async Task SendAsync(string text) => await _socket.SendAsync(Encoding.UTF8.GetBytes(text), WebSocketMessageType.Text, endOfMessage: true, Bounded.Token());

    /// <summary>Waits for a line that begins so.</summary>
    internal async Task<string> UntilAsync(string beginning)
    {
        await Bounded.UntilAsync(() => Find(beginning) is not null, $"'{beginning}' came");
        return Find(beginning)!;
    }

    /// <summary>Gets the first line that begins so.</summary>
    internal string? Find(string beginning) => _lines.FirstOrDefault(line => line.StartsWith(beginning, StringComparison.Ordinal));

    public void Dispose()
    {
        _socket.Abort();
        _socket.Dispose();
    }

    private async Task ReadAsync(Action<string> onLine, Task mayRead)
    {
        await mayRead;
        byte[] buffer = new byte[64 * 1024];
        var text = new StringBuilder();
        try
        {
            while (await _socket.ReceiveAsync(buffer.AsMemory(), CancellationToken.None) is { MessageType: WebSocketMessageType.Text } read)
            {
                text.Append(Encoding.ASCII.GetString(buffer, 0, read.Count));
                if (read.EndOfMessage)
                {
                    await TakeAsync(text.ToString(), onLine);
                    text.Clear();
                }
            }
        }
        catch (Exception exception) when (exception is WebSocketException or ObjectDisposedException or OperationCanceledException)
        {
            // Cut, by either side.
        }

        HasEnded = true;
    }

    private async Task TakeAsync(string line, Action<string> onLine)
    {
        if (line == "2")
        {
            await SendAsync("3");
            return;
        }

        onLine(line);
        _lines.Enqueue(line);
    }
}
