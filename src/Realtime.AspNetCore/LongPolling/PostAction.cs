using System.IO.Pipelines;
using Microsoft.AspNetCore.Http;

namespace Realtime.AspNetCore.LongPolling;

/// <summary>Takes the POST requests of long-polling.</summary>
internal static class PostAction
{
    internal static async Task RunAsync(HttpContext context, PollingTransport transport, int maxBytes)
    {
        if (string.Equals(context.Request.ContentType, "application/octet-stream", StringComparison.OrdinalIgnoreCase))
        {
            context.Response.StatusCode = StatusCodes.Status400BadRequest;
            transport.Fail("A binary body came; since version 4 of the protocol a body is text.");
            return;
        }

        // Never disposed of: it has no timer, and another request may still cancel it when this one is over.
        var broken = new CancellationTokenSource();
        if (!transport.TryBeginPost(broken))
        {
            context.Response.StatusCode = StatusCodes.Status400BadRequest;
            return;
        }

        using CancellationTokenRegistration aborted = context.RequestAborted.UnsafeRegister(static source => ((CancellationTokenSource)source!).Cancel(), broken);
        bool received;
        try
        {
            received = await ReceiveAsync(context, transport, maxBytes, broken.Token).ConfigureAwait(false);
        }
        finally
        {
            transport.EndPost(); // before the answer: once the client has that, its next body may be here sooner than this thread
        }

        if (broken.IsCancellationRequested)
        {
            context.Abort();
        }
        else if (received)
        {
            context.Response.ContentType = "text/html";
            context.Response.ContentLength = 2;
            context.Response.Headers.CacheControl = "no-store";
            await context.Response.Body.WriteAsync("ok"u8.ToArray(), context.RequestAborted).ConfigureAwait(false);
        }
    }

    /// <returns>Whether the body was taken.</returns>
    private static async Task<bool> ReceiveAsync(HttpContext context, PollingTransport transport, int maxBytes, CancellationToken cancellationToken)
    {
        PipeReader reader = context.Request.BodyReader;
        ReadResult read;
        try
        {
            read = await ReadAllAsync(reader, maxBytes, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is IOException or OperationCanceledException or BadHttpRequestException)
        {
            transport.Fail("The request broke off.");
            return false;
        }

        if (read.Buffer.Length > maxBytes)
        {
            // The connection survives: only this body is refused.
            context.Response.StatusCode = StatusCodes.Status413PayloadTooLarge;
            reader.AdvanceTo(read.Buffer.End);
            return false;
        }

        await transport.ReceiveAsync(read.Buffer).ConfigureAwait(false);
        reader.AdvanceTo(read.Buffer.End);
        return true;
    }

    // Counted while it streams in: a length that the client claims, or none, makes no difference.
    private static async ValueTask<ReadResult> ReadAllAsync(PipeReader reader, int maxBytes, CancellationToken cancellationToken)
    {
        while (true)
        {
            ReadResult read = await reader.ReadAsync(cancellationToken).ConfigureAwait(false);
            if (read.IsCompleted || read.Buffer.Length > maxBytes)
            {
                return read;
            }

            reader.AdvanceTo(read.Buffer.Start, read.Buffer.End);
        }
    }
}
