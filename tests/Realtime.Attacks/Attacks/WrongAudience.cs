using Microsoft.Extensions.DependencyInjection;

namespace Realtime.Attacks.Attacks;

/// <summary>Comes with a token that a trusted issuer has signed for another service.</summary>
internal sealed class WrongAudience : Attack
{
    internal override string Name => "wrong audience";

    internal override string Protection => "AddJwtAuthentication with ValidAudience";

    internal override void Configure(ServerSetup setup, bool isProtected) => setup.Realtime = realtime =>
    {
        var parameters = Accounts.Parameters;
        parameters.ValidateAudience = isProtected;
        realtime.AddJwtAuthentication(parameters);
    };

    internal override async Task<Outcome> RunAsync(Arena arena)
    {
        (WireClient attacker, string answer) = await Accounts.EnterAsync(arena.Port, Accounts.CreateToken("ann", audience: "billing"));
        using (attacker)
        {
            if (answer.StartsWith("44", StringComparison.Ordinal))
            {
                return answer.Contains("token_wrong_audience", StringComparison.Ordinal) ? new Outcome(false, $"answered {answer}") : throw new AttackFailure($"It was refused for something else: {answer}");
            }

            string who = await Accounts.WhoAsync(attacker);
            return new Outcome(who == "431[\"ann\"]", $"let in with a token for another service, as {who}");
        }
    }
}
