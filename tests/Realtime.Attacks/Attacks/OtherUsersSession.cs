using System.Net;
using System.Security.Claims;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace Realtime.Attacks.Attacks;

/// <summary>A user has learnt the id of somebody's polling connection and speaks on it, under an account of its own and under none.</summary>
internal sealed class OtherUsersSession : Attack
{
    private const string Polling = "/socket.io/?EIO=4&transport=polling";

    internal override string Name => "session of another user";

    internal override string Protection => "every request of a connection has to come from the user that opened it";

    // Both times a token says who joins. Without the protection the requests say nothing: a connection that nobody in particular opened is everybody's who knows its id.
    internal override void Configure(ServerSetup setup, bool isProtected)
    {
        setup.Realtime = static realtime => realtime.AddJwtAuthentication(Accounts.Parameters);
        if (isProtected)
        {
            setup.App = static app => app.Use(static (HttpContext context, RequestDelegate next) =>
            {
                if (context.Request.Cookies["session"] is { } user)
                {
                    context.User = new ClaimsPrincipal(new ClaimsIdentity([new Claim("sub", user)], "cookies"));
                }

                return next(context);
            });
        }
    }

    internal override async Task<Outcome> RunAsync(Arena arena)
    {
        using HttpClient victim = Connect(arena.Port, "ann");
        using HttpClient attacker = Connect(arena.Port, "bob");
        using HttpClient stranger = Connect(arena.Port, null);
        string target = $"{Polling}&sid={(await victim.GetStringAsync(Polling)).Split('"')[3]}";
        await SayAsync(victim, target, Accounts.Join(Accounts.CreateToken("ann")));
        if (await PollAsync(victim, target, "40") is null)
        {
            throw new AttackFailure("The victim could not join.");
        }

        HttpStatusCode asBob = await SayAsync(attacker, target, "421[\"who\"]");
        HttpStatusCode asNobody = await SayAsync(stranger, target, "422[\"who\"]");
        (WireClient upgrading, int upgraded) = await WireClient.UpgradeAsync(arena.Port, target.Replace("polling", "websocket", StringComparison.Ordinal), "Cookie: session=bob\r\n");
        upgrading.Dispose();
        bool spoke = asBob == HttpStatusCode.OK || asNobody == HttpStatusCode.OK;
        string? heard = spoke ? await PollAsync(attacker, target, "431[\"ann\"]") : null;
        if (!spoke)
        {
            // The victim has noticed nothing.
            await SayAsync(victim, target, "423[\"who\"]");
            _ = await PollAsync(victim, target, "433[\"ann\"]") ?? throw new AttackFailure("The victim is not answered any more.");
        }

        await SayAsync(victim, target, "1");
        return new Outcome(spoke || upgraded == 101, spoke ? $"bob spoke on the connection of ann and read {heard}" : $"bob is answered {(int)asBob}, nobody {(int)asNobody}, an upgrade {upgraded}; ann goes on");
    }

    private static HttpClient Connect(int port, string? user)
    {
        var http = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{port}"), Timeout = Waiting.Limit };
        if (user is not null)
        {
            http.DefaultRequestHeaders.Add("Cookie", $"session={user}");
        }

        return http;
    }

    private static async Task<HttpStatusCode> SayAsync(HttpClient http, string target, string text)
    {
        using HttpResponseMessage answer = await http.PostAsync(target, new StringContent(text));
        return answer.StatusCode;
    }

    private static async Task<string?> PollAsync(HttpClient http, string target, string awaited)
    {
        while (true)
        {
            using HttpResponseMessage answer = await http.GetAsync(target);
            string text = await answer.Content.ReadAsStringAsync();
            if (!answer.IsSuccessStatusCode)
            {
                return null;
            }

            if (text.Split('\u001e').FirstOrDefault(packet => packet.StartsWith(awaited, StringComparison.Ordinal)) is { } found)
            {
                return found;
            }
        }
    }
}
