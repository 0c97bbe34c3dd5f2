using Microsoft.Extensions.DependencyInjection;
using Realtime.Core.Authentication;

namespace Realtime.Attacks.Attacks;

/// <summary>Goes on with a stolen token whose owner has reported it.</summary>
internal sealed class RevokedToken : Attack
{
    private bool _isProtected;

    internal override string Name => "revoked token";

    internal override string Protection => "IRealtimeServer.RevokeAsync";

    internal override void Configure(ServerSetup setup, bool isProtected)
    {
        _isProtected = isProtected;
        setup.Realtime = static realtime => realtime.AddJwtAuthentication(Accounts.Parameters);
    }

    internal override async Task<Outcome> RunAsync(Arena arena)
    {
        string id = Guid.NewGuid().ToString("N");
        string token = Accounts.CreateToken("ann", id: id);
        (WireClient thief, _) = await Accounts.EnterAsync(arena.Port, token);
        (WireClient owner, _) = await Accounts.EnterAsync(arena.Port, Accounts.CreateToken("ann"));
        using (thief)
        using (owner)
        {
            if (await Accounts.WhoAsync(thief) is not "431[\"ann\"]" and var before)
            {
                throw new AttackFailure($"Before, it is answered {before}");
            }

            if (_isProtected)
            {
                await arena.Server.RevokeAsync(Revocation.OfToken(id));
            }

            string after = await Accounts.WhoAsync(thief);
            (WireClient again, string answer) = await Accounts.EnterAsync(arena.Port, token);
            again.Dispose();
            if (await Accounts.WhoAsync(owner) is not "431[\"ann\"]" and var who)
            {
                throw new AttackFailure($"The owner with a token of its own is answered {who}");
            }

            bool isBack = answer.StartsWith("40", StringComparison.Ordinal);
            if (!isBack && !answer.Contains("token_revoked", StringComparison.Ordinal))
            {
                throw new AttackFailure($"It was refused for something else: {answer}");
            }

            return new Outcome(after == "431[\"ann\"]" || isBack, $"afterwards the session is answered {after}, and a new one {(isBack ? "40: let in" : answer)}");
        }
    }
}
