using System.Net;
using System.Net.Sockets;
using System.Text;
using Realtime.Contracts;

namespace Realtime.AspNetCore.Tests.Support;

/// <summary>An HTTP/1.1 connection for requests that no client library would send.</summary>
internal sealed class RawHttp : IAsyncDisposable
{
    private readonly Socket _socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };

    internal static async Task<RawHttp> ConnectAsync(int port)
    {
        var http = new RawHttp();
        await http._socket.ConnectAsync(IPAddress.Loopback, port, Bounded.Token());
        return http;
    }

    internal async Task SendAsync(string text) => await _socket.SendAsync(Encoding.Latin1.GetBytes(text), Bounded.Token());

    /// <summary>Reads one response.</summary>
    internal Task<string> ReadResponseAsync() => ReadAsync(static received =>
    {
        int end = received.IndexOf("\r\n\r\n", StringComparison.Ordinal);
        if (end < 0)
        {
            return false;
        }

        string head = received[..end].ToLowerInvariant();
        int length = head.IndexOf("content-length: ", StringComparison.Ordinal);
        return length >= 0
            ? received.Length >= end + 4 + int.Parse(head[(length + 16)..].Split('\r')[0], System.Globalization.CultureInfo.InvariantCulture)
            : !head.Contains("transfer-encoding: chunked", StringComparison.Ordinal) || received.EndsWith("0\r\n\r\n", StringComparison.Ordinal);
    });

    /// <summary>Reads until the server closes, or until that is enough.</summary>
    internal async Task<string> ReadAsync(Func<string, bool> isEnough)
    {
        var received = new StringBuilder();
        byte[] buffer = new byte[16 * 1024];
        try
        {
            while (!isEnough(received.ToString()) && await _socket.ReceiveAsync(buffer, Bounded.Token()) is var count and > 0)
            {
                received.Append(Encoding.Latin1.GetString(buffer, 0, count));
            }
        }
        catch (SocketException)
        {
            // A reset is an end like any other.
        }

        return received.ToString();
    }

    internal void Cut()
    {
        _socket.LingerState = new LingerOption(enable: true, seconds: 0);
        _socket.Dispose();
    }

    public ValueTask DisposeAsync()
    {
        _socket.Dispose();
        return default;
    }
}
