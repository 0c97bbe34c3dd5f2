using System.Buffers.Text;
using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;

namespace Realtime.AspNetCore.WebSockets;

/// <summary>The opening handshake of a WebSocket over HTTP/1.1 (RFC 6455, section 4.2), without any I/O.</summary>
/// <remarks>
/// Thread-safe. HTTP/2 and HTTP/3 open a WebSocket with an extended CONNECT instead, which has no key. <c>Host</c> is checked by the web
/// server, <c>Origin</c> by whoever decides which sites may connect.
/// </remarks>
internal static class WebSocketHandshake
{
    /// <summary>The only version that was ever made a standard.</summary>
    public const string SupportedVersion = "13";

    // 16 bytes in base64, with its two equal signs. Checking the length first also rules out the white space that decoders skip.
    private const int KeyLength = 24;
    private const int KeySize = 16;

    /// <summary>Checks a request and computes the answer to its key.</summary>
    /// <param name="method">The method of the request.</param>
    /// <param name="protocol">The protocol of the request, as in <see cref="HttpRequest.Protocol"/>.</param>
    /// <param name="headers">The headers of the request.</param>
    /// <param name="accept">The value for <c>Sec-WebSocket-Accept</c> when the handshake is accepted, else null.</param>
    public static WebSocketHandshakeOutcome Check(string method, string protocol, IHeaderDictionary headers, out string? accept)
    {
        accept = null;
        if (!HttpMethods.IsGet(method)
            || !HttpProtocol.IsHttp11(protocol)
            || !HasToken(headers.Upgrade, "websocket")
            || !HasToken(headers.Connection, "Upgrade"))
        {
            return WebSocketHandshakeOutcome.NotAnUpgrade;
        }

        if (headers.SecWebSocketVersion is not [SupportedVersion])
        {
            return WebSocketHandshakeOutcome.UnsupportedVersion;
        }

        if (headers.SecWebSocketKey is not [{ } key] || !IsKey(key))
        {
            return WebSocketHandshakeOutcome.BadKey;
        }

        accept = AcceptFor(key);
        return WebSocketHandshakeOutcome.Accepted;
    }

    /// <summary>Computes the value that proves that the server has understood the handshake.</summary>
    /// <param name="key">The client's key, which has been checked.</param>
    [SuppressMessage("Security", "CA5350", Justification = "The RFC prescribes SHA-1. Nothing is kept secret by it.")]
    public static string AcceptFor(string key)
    {
        ReadOnlySpan<byte> salt = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"u8;
        Span<byte> input = stackalloc byte[KeyLength + salt.Length];
        Encoding.ASCII.GetBytes(key, input);
        salt.CopyTo(input[KeyLength..]);
        Span<byte> hash = stackalloc byte[SHA1.HashSizeInBytes];
        SHA1.HashData(input, hash);
        return Convert.ToBase64String(hash);
    }

    private static bool IsKey(string key) =>
        key.Length == KeyLength && Base64.IsValid(key, out int decoded) && decoded == KeySize;

    // Both headers are lists of tokens without regard to case; Firefox sends "Connection: keep-alive, Upgrade".
    private static bool HasToken(StringValues values, ReadOnlySpan<char> token)
    {
        foreach (string? value in values)
        {
            ReadOnlySpan<char> list = value;
            foreach (Range part in list.Split(','))
            {
                if (list[part].Trim(" \t").Equals(token, StringComparison.OrdinalIgnoreCase))
                {
                    return true;
                }
            }
        }

        return false;
    }
}
