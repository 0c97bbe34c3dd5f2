using System.Buffers.Text;
using System.Collections.Concurrent;
using System.Net;
using System.Security.Cryptography;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Realtime.AspNetCore.Endpoints;
using Realtime.Core.Hosting;
using Yarp.ReverseProxy.Forwarder;

namespace Realtime.Forwarding;

/// <summary>Puts the name of this node into the ids of its connections, and hands requests of connections of other nodes on to these.</summary>
/// <remarks>Thread-safe. What clients send as an id leads to nodes only that have announced themselves.</remarks>
internal sealed class RequestForwarder(
    IHttpForwarder forwarder, INodeAddresses addresses, RequestForwardingOptions options, TimeProvider timeProvider, ILogger<RequestForwarder> logger) : IDisposable
{
    private const int NodeBytes = 6;
    private const int NodeLength = NodeBytes * 4 / 3;
    private const int RandomBytes = 15; // as many as the server's own ids have
    private const int MaxKnown = 1024; // nodes; beyond it all are asked for anew

    private static readonly TimeSpan s_known = TimeSpan.FromSeconds(10);

    private readonly ConcurrentDictionary<string, (Uri Address, long At)> _known = new(StringComparer.Ordinal);
    private readonly ForwarderRequestConfig _request = new() { ActivityTimeout = options.ActivityTimeout, Version = HttpVersion.Version11, VersionPolicy = HttpVersionPolicy.RequestVersionExact };

    private readonly HttpMessageInvoker _client = new(new SocketsHttpHandler
    {
        UseProxy = false,
        AllowAutoRedirect = false,
        AutomaticDecompression = DecompressionMethods.None,
        UseCookies = false,
        ActivityHeadersPropagator = null,
        ConnectTimeout = options.ConnectTimeout,
    });

    /// <summary>Gets the name of this node.</summary>
    internal string Node { get; } = Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(NodeBytes));

    /// <summary>Makes ids that say which node has the connection.</summary>
    internal void Configure(RealtimeHttpOptions http)
    {
        http.GenerateId = http.GenerateId is { } inner
            ? async context => Node + await inner(context).ConfigureAwait(false)
            : _ => new ValueTask<string>(Node + Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(RandomBytes)));
        http.UnknownConnection = TryForwardAsync;
    }

    public void Dispose() => _client.Dispose();

    /// <summary>Hands a request on to the node that its id names.</summary>
    /// <returns>Whether it was answered. Otherwise nobody has the connection any more.</returns>
    private async ValueTask<bool> TryForwardAsync(HttpContext context, string connectionId)
    {
        if (connectionId.Length <= NodeLength || context.Request.Headers.ContainsKey(ForwardedTransformer.Header))
        {
            return false;
        }

        string node = connectionId[..NodeLength];
        if (node == Node || await FindAsync(node, context.RequestAborted).ConfigureAwait(false) is not { } address)
        {
            return false;
        }

        ForwarderError error = await forwarder.SendAsync(context, address.AbsoluteUri, _client, _request, ForwardedTransformer.Instance).ConfigureAwait(false);
        if (error == ForwarderError.None || context.Response.HasStarted || context.RequestAborted.IsCancellationRequested)
        {
            return true;
        }

        ForwardingLog.Unreachable(logger, context.GetForwarderErrorFeature()?.Exception, address, error);
        _known.TryRemove(node, out _);
        context.Response.Clear();
        return false;
    }

    private async ValueTask<Uri?> FindAsync(string node, CancellationToken cancellationToken)
    {
        if (_known.TryGetValue(node, out (Uri Address, long At) known) && timeProvider.GetElapsedTime(known.At) < s_known)
        {
            return known.Address;
        }

        Uri? address = await addresses.FindAsync(node, cancellationToken).ConfigureAwait(false);
        if (address is not null)
        {
            if (_known.Count >= MaxKnown)
            {
                _known.Clear();
            }

            _known[node] = (address, timeProvider.GetTimestamp());
        }

        return address;
    }
}
