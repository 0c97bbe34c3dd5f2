using System.Text.Json;
using Microsoft.AspNetCore.Http;

namespace Realtime.AspNetCore.Endpoints;

/// <summary>Why a request is refused: the codes of Engine.IO, which clients read.</summary>
internal sealed record Rejection(int Code, string Message)
{
    internal static Rejection UnknownTransport { get; } = new(0, "Transport unknown");

    internal static Rejection UnknownConnection { get; } = new(1, "Session ID unknown");

    internal static Rejection BadMethod { get; } = new(2, "Bad handshake method");

    internal static Rejection BadRequest { get; } = new(3, "Bad request");

    internal static Rejection UnsupportedVersion { get; } = new(5, "Unsupported protocol version");

    internal static Rejection Forbidden(string message = "Forbidden") => new(4, message);

    /// <summary>Answers a request as Node does: JSON for polling, bare text for a client that wanted to upgrade.</summary>
    internal Task WriteAsync(HttpContext context, bool wantsUpgrade)
    {
        HttpResponse response = context.Response;
        if (wantsUpgrade)
        {
            response.StatusCode = StatusCodes.Status400BadRequest;
            response.ContentType = "text/html";
            response.Headers.Connection = "close";
            response.ContentLength = System.Text.Encoding.UTF8.GetByteCount(Message);
            return response.WriteAsync(Message, context.RequestAborted);
        }

        response.StatusCode = Code == 4 ? StatusCodes.Status403Forbidden : StatusCodes.Status400BadRequest;
        response.ContentType = "application/json";
        byte[] body = System.Text.Encoding.UTF8.GetBytes($$"""{"code":{{Code}},"message":"{{JsonEncodedText.Encode(Message)}}"}""");
        response.ContentLength = body.Length;
        return response.Body.WriteAsync(body, context.RequestAborted).AsTask();
    }
}
