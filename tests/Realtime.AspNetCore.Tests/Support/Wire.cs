namespace Realtime.AspNetCore.Tests.Support;

/// <summary>What clients and server speak below the protocol.</summary>
internal enum Wire
{
    /// <summary>HTTP/1.1 on a bare socket.</summary>
    Plain,

    /// <summary>HTTP/1.1 over TLS.</summary>
    Tls,

    /// <summary>HTTP/2 on a bare socket.</summary>
    Http2,

    /// <summary>No network: the test server of ASP.NET Core.</summary>
    Memory,
}
