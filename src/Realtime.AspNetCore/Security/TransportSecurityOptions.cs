namespace Realtime.AspNetCore.Security;

/// <summary>What is asked of a client before it gets a connection, on every endpoint of a server.</summary>
public sealed class TransportSecurityOptions
{
    /// <summary>Gets or sets a value indicating whether clients must come over TLS: a handshake over plain HTTP is refused.</summary>
    /// <value>
    /// Default <see langword="null"/>: required in the environment Production, which is the environment of a process that says nothing else. A proxy in front
    /// that ends TLS is believed through ASP.NET Core's forwarded headers middleware: <c>UseForwardedHeaders</c> with its address in <c>KnownProxies</c> or
    /// <c>KnownIPNetworks</c>. The headers of anybody else count for nothing.
    /// </value>
    public bool? RequireTls { get; set; }

    /// <summary>Gets the origins, besides the own, whose pages may connect, as in <c>https://example.org</c>; <c>*</c> is every origin.</summary>
    /// <value>
    /// Default none. A CORS policy on the endpoint counts too. Browsers do not apply CORS to WebSockets, so without this check any page in the world could
    /// use the cookies of a visitor. A client that sends no origin is no browser and is let through. Do not use <c>*</c> where cookies authenticate.
    /// </value>
    public IList<string> AllowedOrigins { get; } = [];
}
