using System.Net.Http.Headers;
using Microsoft.AspNetCore.Http;
using Yarp.ReverseProxy.Forwarder;

namespace Realtime.Forwarding;

/// <summary>A request goes on as it came, with the host and the path that the client asked for, and says that it was handed on once.</summary>
internal sealed class ForwardedTransformer : HttpTransformer
{
    /// <summary>What was handed on is not handed on again: two nodes that take each other for the owner would never end.</summary>
    internal const string Header = "X-Realtime-Forwarded";

    internal static ForwardedTransformer Instance { get; } = new();

    public override async ValueTask TransformRequestAsync(HttpContext httpContext, HttpRequestMessage proxyRequest, string destinationPrefix, CancellationToken cancellationToken)
    {
        await base.TransformRequestAsync(httpContext, proxyRequest, destinationPrefix, cancellationToken).ConfigureAwait(false);
        HttpRequest request = httpContext.Request;
        proxyRequest.RequestUri = RequestUtilities.MakeDestinationAddress(destinationPrefix, request.PathBase + request.Path, request.QueryString);
        HttpRequestHeaders headers = proxyRequest.Headers;
        headers.Host = request.Host.Value;
        headers.TryAddWithoutValidation(Header, "1");
        Replace(headers, "X-Forwarded-For", httpContext.Connection.RemoteIpAddress?.ToString());
        Replace(headers, "X-Forwarded-Proto", request.Scheme);
    }

    private static void Replace(HttpRequestHeaders headers, string name, string? value)
    {
        headers.Remove(name);
        headers.TryAddWithoutValidation(name, value);
    }
}
