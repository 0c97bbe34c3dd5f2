using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Http;

namespace Realtime.Client.Interop.Tests.Raw;

/// <summary>What a raw server says and does by itself.</summary>
internal sealed record RawSettings
{
    /// <summary>Gets the handshake, given the id of the session.</summary>
    internal Func<string, string> Open { get; init; } = static sid =>
        $$"""0{"sid":"{{sid}}","upgrades":[],"pingInterval":25000,"pingTimeout":20000,"maxPayload":1000000}""";

    /// <summary>Gets the certificate that the server shows; without one it speaks plain HTTP.</summary>
    internal X509Certificate2? Certificate { get; init; }

    /// <summary>Gets what a POST is answered with.</summary>
    internal string PostAnswer { get; init; } = "ok";

    /// <summary>Gets what looks at each request first; true: it has answered.</summary>
    internal Func<HttpContext, RawRequest, Task<bool>>? First { get; init; }

    /// <summary>A handshake that offers the upgrade.</summary>
    internal static RawSettings WithUpgrade { get; } = new()
    {
        Open = static sid => $$"""0{"sid":"{{sid}}","upgrades":["websocket"],"pingInterval":25000,"pingTimeout":20000,"maxPayload":1000000}""",
    };

    /// <summary>A handshake with figures of its own.</summary>
    internal static RawSettings WithHeartbeat(int interval, int timeout) => new()
    {
        Open = sid => $$"""0{"sid":"{{sid}}","upgrades":[],"pingInterval":{{interval}},"pingTimeout":{{timeout}},"maxPayload":1000000}""",
    };
}
