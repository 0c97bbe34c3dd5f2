using Microsoft.AspNetCore.Http;
using Realtime.AspNetCore.Endpoints;

namespace Realtime.AspNetCore.LongPolling;

/// <summary>Answers the GET requests of long-polling.</summary>
internal static class PollAction
{
    /// <summary>Waits for something to answer and answers it. Four ways to end: (1) data or a close, (2) a second poll, (3) the client is gone, (4) the server aborts.</summary>
    internal static async Task RunAsync(HttpContext context, PollingTransport transport, Task<PollResponse>? poll, RealtimeHttpOptions options)
    {
        if (poll is null)
        {
            context.Response.StatusCode = StatusCodes.Status400BadRequest; // (2)
            return;
        }

        PollResponse response;
        using (context.RequestAborted.UnsafeRegister(_ => transport.OnPollAborted(poll), null))
        {
            try
            {
                response = await poll.ConfigureAwait(false);
            }
            catch (OperationCanceledException)
            {
                return; // (3), (4)
            }
        }

        await WriteAsync(context, response, options).ConfigureAwait(false); // (1)
    }

    private static async Task WriteAsync(HttpContext context, PollResponse response, RealtimeHttpOptions options)
    {
        HttpResponse http = context.Response;
        http.ContentType = "text/plain; charset=UTF-8";
        http.Headers.CacheControl = "no-store";
        Encoding encoding = ChooseEncoding(context, response, options);
        if (encoding == Encoding.Identity)
        {
            http.ContentLength = response.Body.Length;
            await http.Body.WriteAsync(response.Body, context.RequestAborted).ConfigureAwait(false);
            return;
        }

        http.Headers.ContentEncoding = encoding == Encoding.Gzip ? "gzip" : "deflate";
        http.Headers.Append("Vary", "Accept-Encoding");
        Stream compressed = encoding == Encoding.Gzip
            ? new System.IO.Compression.GZipStream(http.Body, System.IO.Compression.CompressionLevel.Fastest, leaveOpen: true)
            : new System.IO.Compression.ZLibStream(http.Body, System.IO.Compression.CompressionLevel.Fastest, leaveOpen: true);
        await using (compressed.ConfigureAwait(false))
        {
            await compressed.WriteAsync(response.Body, context.RequestAborted).ConfigureAwait(false);
        }
    }

    private static Encoding ChooseEncoding(HttpContext context, PollResponse response, RealtimeHttpOptions options)
    {
        if (!response.Compress || options.CompressionThreshold is not { } threshold || response.Body.Length < threshold)
        {
            return Encoding.Identity;
        }

        var accepted = context.Request.GetTypedHeaders().AcceptEncoding;
        if (accepted.Any(static value => value.Value.Equals("gzip", StringComparison.OrdinalIgnoreCase) && value.Quality is null or > 0))
        {
            return Encoding.Gzip;
        }

        return accepted.Any(static value => value.Value.Equals("deflate", StringComparison.OrdinalIgnoreCase) && value.Quality is null or > 0)
            ? Encoding.Deflate
            : Encoding.Identity;
    }

    private enum Encoding
    {
        Identity,
        Gzip,
        Deflate,
    }
}
