using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace Realtime.Attacks.Attacks;

/// <summary>Comes without TLS, and claims the opposite in headers that only a trusted proxy may set.</summary>
internal sealed class PlainConnection : Attack
{
    internal override string Name => "plain connection in production";

    internal override string Protection => "Security.RequireTls";

    // The bystanders come over loopback, which is plain too: they are let through as clients of a proxy that is trusted.
    internal override void Configure(ServerSetup setup, bool isProtected)
    {
        setup.App = static app => app.Use(static (HttpContext context, RequestDelegate next) =>
        {
            context.Request.Scheme = context.Request.Headers.ContainsKey("X-Attacker") ? "http" : "https";
            return next(context);
        });
        setup.Http = http => http.Security.RequireTls = isProtected ? null : false;
    }

    internal override async Task<Outcome> RunAsync(Arena arena)
    {
        List<string> seen = [];
        bool open = false;
        foreach (string target in new[] { WireClient.SocketIo, "/ws" })
        {
            (WireClient attacker, int status) = await WireClient.UpgradeAsync(arena.Port, target, "X-Attacker: 1\r\nX-Forwarded-Proto: https\r\nForwarded: proto=https\r\n");
            attacker.Dispose();
            open |= status == 101;
            seen.Add($"{status}");
        }

        return new Outcome(open, $"plain handshakes are answered {string.Join(", ", seen)}");
    }
}
