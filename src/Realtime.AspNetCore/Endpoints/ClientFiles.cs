using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.FileProviders;
using Microsoft.Net.Http.Headers;

namespace Realtime.AspNetCore.Endpoints;

/// <summary>The files of the browser client, beside the endpoint: exactly these names, nothing else of the folder.</summary>
internal sealed class ClientFiles(IFileProvider files)
{
    private static readonly HashSet<string> s_names =
    [
        "socket.io.js", "socket.io.js.map", "socket.io.min.js", "socket.io.min.js.map",
        "socket.io.msgpack.min.js", "socket.io.msgpack.min.js.map", "socket.io.esm.min.js", "socket.io.esm.min.js.map",
    ];

    /// <summary>Serves a file if the request names one.</summary>
    internal async ValueTask<bool> TryServeAsync(HttpContext context, string name)
    {
        if (!s_names.Contains(name) || !(HttpMethods.IsGet(context.Request.Method) || HttpMethods.IsHead(context.Request.Method)))
        {
            return false;
        }

        IFileInfo file = files.GetFileInfo(name);
        if (!file.Exists)
        {
            return false;
        }

        string tag = $"\"{file.LastModified.UtcTicks:x}-{file.Length:x}\"";
        context.Response.Headers.ETag = tag;
        context.Response.Headers.CacheControl = "public, max-age=0";
        context.Response.ContentType = name.EndsWith(".map", StringComparison.Ordinal) ? "application/json; charset=utf-8" : "application/javascript; charset=utf-8";
        if (Matches(context.Request, tag))
        {
            context.Response.StatusCode = StatusCodes.Status304NotModified;
            return true;
        }

        context.Response.ContentLength = file.Length;
        if (HttpMethods.IsGet(context.Request.Method))
        {
            await context.Response.SendFileAsync(file, context.RequestAborted).ConfigureAwait(false);
        }

        return true;
    }

    private static bool Matches(HttpRequest request, string tag) =>
        EntityTagHeaderValue.TryParseList(request.Headers.IfNoneMatch, out IList<EntityTagHeaderValue>? given)
            && given.Any(value => value.Tag == "*" || value.Tag == tag); // weak ones match too
}
