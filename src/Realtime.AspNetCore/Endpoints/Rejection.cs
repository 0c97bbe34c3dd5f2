using System.Globalization;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Realtime.Core.Connections;
using Realtime.Core.Diagnostics;

namespace Realtime.AspNetCore.Endpoints;

/// <summary>Why a request is refused: the codes of Engine.IO, which clients read.</summary>
internal sealed record Rejection(int Code, string Message)
{
    internal static Rejection UnknownTransport { get; } = new(0, "Transport unknown");

    internal static Rejection UnknownConnection { get; } = new(1, "Session ID unknown");

    internal static Rejection BadMethod { get; } = new(2, "Bad handshake method");

    internal static Rejection BadRequest { get; } = new(3, "Bad request");

    internal static Rejection UnsupportedVersion { get; } = new(5, "Unsupported protocol version");

    /// <summary>Gets the rejection of a server that stops. 503, because the client is welcome at the next one; after a 403 ours would not ask again.</summary>
    internal static Rejection Stopping { get; } = new(4, "Server shutting down") { Status = StatusCodes.Status503ServiceUnavailable };

    private int? Status { get; init; }

    private TimeSpan? RetryAfter { get; init; }

    /// <summary>Makes the rejection of a client that there is no place for, with the status that HTTP has for it.</summary>
    internal static Rejection Of(ConnectionRefusal refusal) => new(4, refusal.Message)
    {
        Status = refusal.Code == ErrorCode.ServerFull ? StatusCodes.Status503ServiceUnavailable : StatusCodes.Status429TooManyRequests,
        RetryAfter = refusal.RetryAfter,
    };

    internal static Rejection Forbidden(string message = "Forbidden") => new(4, message);

    /// <summary>Answers a request as Node does: JSON for polling, bare text for a client that wanted to upgrade.</summary>
    internal Task WriteAsync(HttpContext context, bool wantsUpgrade)
    {
        HttpResponse response = context.Response;
        WriteRetryAfter(response);
        if (wantsUpgrade)
        {
            response.StatusCode = Status ?? StatusCodes.Status400BadRequest;
            response.ContentType = "text/html";
            response.Headers.Connection = "close";
            response.ContentLength = System.Text.Encoding.UTF8.GetByteCount(Message);
            return response.WriteAsync(Message, context.RequestAborted);
        }

        response.StatusCode = Status ?? (Code == 4 ? StatusCodes.Status403Forbidden : StatusCodes.Status400BadRequest);
        response.ContentType = "application/json";
        byte[] body = System.Text.Encoding.UTF8.GetBytes($$"""{"code":{{Code}},"message":"{{JsonEncodedText.Encode(Message)}}"}""");
        response.ContentLength = body.Length;
        return response.Body.WriteAsync(body, context.RequestAborted).AsTask();
    }

    /// <summary>Answers a request of a protocol that has no codes of its own: the status says it, and a line of text for people.</summary>
    internal Task WritePlainAsync(HttpContext context)
    {
        HttpResponse response = context.Response;
        WriteRetryAfter(response);
        response.StatusCode = Status ?? (Code == 4 ? StatusCodes.Status403Forbidden : StatusCodes.Status400BadRequest);
        response.ContentType = "text/plain";
        return response.WriteAsync(Message, context.RequestAborted);
    }

    private void WriteRetryAfter(HttpResponse response)
    {
        if (RetryAfter is { } after)
        {
            response.Headers.RetryAfter = ((long)Math.Ceiling(after.TotalSeconds)).ToString(CultureInfo.InvariantCulture);
        }
    }
}
