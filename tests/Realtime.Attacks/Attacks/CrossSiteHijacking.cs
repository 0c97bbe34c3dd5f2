using System.Security.Claims;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace Realtime.Attacks.Attacks;

/// <summary>A page somewhere opens a WebSocket from the browser of a visitor who is signed in: the browser adds the cookie.</summary>
internal sealed class CrossSiteHijacking : Attack
{
    private const string Cookie = "Cookie: session=of-ann\r\n";

    internal override string Name => "cross-site WebSocket hijacking";

    internal override string Protection => "foreign origins are denied by default";

    internal override void Configure(ServerSetup setup, bool isProtected)
    {
        setup.App = static app => app.Use(static (HttpContext context, RequestDelegate next) =>
        {
            if (context.Request.Headers.Cookie.ToString().Contains("session=of-ann", StringComparison.Ordinal))
            {
                context.User = new ClaimsPrincipal(new ClaimsIdentity([new Claim(ClaimTypes.Name, "ann")], "cookies"));
            }

            return next(context);
        });
        if (!isProtected)
        {
            setup.Http = static http => http.Security.AllowedOrigins.Add("*");
        }
    }

    internal override async Task<Outcome> RunAsync(Arena arena)
    {
        // The cookie is good: from the own page it makes the visitor known.
        string own = await WhoAsync(arena.Port, $"http://127.0.0.1:{arena.Port}");
        if (own != "431[\"ann\"]")
        {
            throw new AttackFailure($"From the own page the visitor is not known: {own}");
        }

        string foreign = await WhoAsync(arena.Port, "https://evil.example");
        return new Outcome(foreign == own, foreign == own ? "the foreign page speaks as the visitor" : $"the foreign page is answered {foreign}");
    }

    private static async Task<string> WhoAsync(int port, string origin)
    {
        (WireClient client, int status) = await WireClient.UpgradeAsync(port, WireClient.SocketIo, $"Origin: {origin}\r\nUser-Agent: Mozilla/5.0\r\n{Cookie}");
        using (client)
        {
            if (status != 101)
            {
                return $"{status}";
            }

            await client.SendAsync("40");
            await client.SendAsync("421[\"who\"]");
            return await client.ReadUntilAsync("431") ?? "closed";
        }
    }
}
