using System.Diagnostics;
using Microsoft.Extensions.DependencyInjection;

namespace Realtime.Attacks.Attacks;

/// <summary>Comes with a token that has ended, and stays with one that ends meanwhile.</summary>
internal sealed class ExpiredToken : Attack
{
    private static readonly TimeSpan s_grace = TimeSpan.FromMilliseconds(300);

    internal override string Name => "expired token";

    internal override string Protection => "AddJwtAuthentication with ValidateLifetime, Authentication.ExpiryGrace";

    internal override void Configure(ServerSetup setup, bool isProtected)
    {
        setup.Options = static options => options.Authentication.ExpiryGrace = s_grace;
        setup.Realtime = realtime =>
        {
            var parameters = Accounts.Parameters;
            parameters.ValidateLifetime = isProtected;
            realtime.AddJwtAuthentication(parameters);
        };
    }

    internal override async Task<Outcome> RunAsync(Arena arena)
    {
        (WireClient late, string answer) = await Accounts.EnterAsync(arena.Port, Accounts.CreateToken("ann", DateTime.UtcNow.AddMinutes(-1)));
        late.Dispose();
        bool letIn = answer.StartsWith("40", StringComparison.Ordinal);
        if (!letIn && !answer.Contains("token_expired", StringComparison.Ordinal))
        {
            throw new AttackFailure($"It was refused for something else: {answer}");
        }

        // The end of a token has whole seconds: one to two seconds from now.
        (WireClient staying, string joined) = await Accounts.EnterAsync(arena.Port, Accounts.CreateToken("ann", DateTime.UtcNow.AddSeconds(2)));
        using (staying)
        {
            if (!joined.StartsWith("40", StringComparison.Ordinal))
            {
                throw new AttackFailure($"A good token is answered {joined}");
            }

            // It goes on working until it is stopped, or until there is no doubt that nobody stops it.
            long start = Stopwatch.GetTimestamp();
            using var pace = new PeriodicTimer(TimeSpan.FromMilliseconds(50));
            string who = "";
            while (Stopwatch.GetElapsedTime(start) < TimeSpan.FromSeconds(3.5) && (who = await Accounts.WhoAsync(staying)) == "431[\"ann\"]")
            {
                await pace.WaitForNextTickAsync();
            }

            TimeSpan worked = Stopwatch.GetElapsedTime(start);
            bool stayed = who == "431[\"ann\"]";
            return new Outcome(letIn || stayed, $"an ended token is answered {(letIn ? "40: let in" : answer)}; one that ends is {(stayed ? "still good" : $"answered {who}")} after {worked.TotalSeconds:F1} s");
        }
    }
}
