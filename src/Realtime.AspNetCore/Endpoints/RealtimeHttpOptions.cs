using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.FileProviders;
using Realtime.AspNetCore.Security;

namespace Realtime.AspNetCore.Endpoints;

/// <summary>How a server is reached over HTTP.</summary>
public sealed class RealtimeHttpOptions
{
    /// <summary>Gets what is asked of a client before it gets a connection.</summary>
    public TransportSecurityOptions Security { get; } = new();

    /// <summary>Gets or sets a value indicating whether clients must come over TLS; the same as <c>Security.RequireTls</c>.</summary>
    /// <value>Default <see langword="null"/>: required in the environment Production.</value>
    public bool? RequireTls
    {
        get => Security.RequireTls;
        set => Security.RequireTls = value;
    }

    /// <summary>Gets the origins, besides the own, whose pages may connect; the same as <c>Security.AllowedOrigins</c>.</summary>
    /// <value>Default none.</value>
    public IList<string> AllowedOrigins => Security.AllowedOrigins;

    /// <summary>Gets or sets a hook that may refuse a handshake: a text refuses and is told to the client, <see langword="null"/> accepts. Later requests of an accepted client are not asked again.</summary>
    public Func<HttpContext, ValueTask<string?>>? AllowRequest { get; set; }

    /// <summary>Gets or sets a maker of connection ids. They are bearer secrets: unique and hard to guess.</summary>
    /// <value>Default: 120 random bits.</value>
    public Func<HttpContext, ValueTask<string>>? GenerateId { get; set; }

    /// <summary>
    /// Gets or sets a hook for a request with the id of a connection that this process does not have: another one may. It is given the id, and answers <see langword="true"/> when it has
    /// answered the request; otherwise the client is told that the id is unknown, and begins anew. The id comes from outside and may be anything.
    /// </summary>
    /// <value>Default <see langword="null"/>. The package Realtime.Forwarding sets it.</value>
    public Func<HttpContext, string, ValueTask<bool>>? UnknownConnection { get; set; }

    /// <summary>Gets or sets a hook for the headers of the first response of a connection.</summary>
    public Action<HttpContext>? OnInitialHeaders { get; set; }

    /// <summary>Gets or sets a hook for the headers of every response.</summary>
    public Action<HttpContext>? OnHeaders { get; set; }

    /// <summary>Gets or sets the size in bytes from which the responses of long-polling are compressed (gzip or deflate).</summary>
    /// <value>Default 1,024; <see langword="null"/> compresses nothing. Below it compression costs more than it saves.</value>
    public int? CompressionThreshold { get; set; } = 1024;

    /// <summary>Gets or sets a value indicating whether clients may negotiate permessage-deflate on WebSockets.</summary>
    /// <value>Default <see langword="false"/>: it costs tens of kilobytes of memory per connection.</value>
    public bool PerMessageDeflate { get; set; }

    /// <summary>Gets or sets the cookie with the connection id that a proxy can use to bring all requests of a client to one node.</summary>
    /// <value>Default <see langword="null"/>: none. Only the response to a polling handshake carries it: WebSockets need no affinity. A proxy learns from it which node has the <c>sid</c> of later queries.</value>
    public CookieBuilder? AffinityCookie { get; set; }

    /// <summary>Gets or sets a value indicating whether the path needs its slash at the end.</summary>
    /// <value>Default <see langword="true"/>, as clients send it.</value>
    public bool RequireTrailingSlash { get; set; } = true;

    /// <summary>Gets or sets where the files of the browser client come from (<c>socket.io.js</c> and its kin), served beside the endpoint.</summary>
    /// <value>Default <see langword="null"/>: not served.</value>
    public IFileProvider? ClientFiles { get; set; }

    /// <summary>
    /// Gets or sets a value indicating whether the authentication of the opening request ends when its ticket does (<c>exp</c> of a bearer token): its sockets are
    /// told, and disconnected after the grace period unless they renew.
    /// </summary>
    /// <value>
    /// Default <see langword="null"/>: for tokens, not for sessions. A session in a cookie is renewed by other requests of its browser, which a connection that
    /// stays open does not see.
    /// </value>
    public bool? ExpireWithAuthentication { get; set; }
}
