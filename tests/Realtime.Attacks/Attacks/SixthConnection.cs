using Microsoft.Extensions.DependencyInjection;

namespace Realtime.Attacks.Attacks;

/// <summary>Opens more connections with one token than a user has devices.</summary>
internal sealed class SixthConnection : Attack
{
    private const int Allowed = 5;
    private const int Tried = 20;

    internal override string Name => "sixth connection of a user";

    internal override string Protection => "Limits.MaxConnectionsPerUser";

    internal override void Configure(ServerSetup setup, bool isProtected)
    {
        setup.Realtime = static realtime => realtime.AddJwtAuthentication(Accounts.Parameters);
        if (!isProtected)
        {
            setup.Options = static options => options.Limits.MaxConnectionsPerUser = null;
        }
    }

    internal override async Task<Outcome> RunAsync(Arena arena)
    {
        string token = Accounts.CreateToken("ann");
        List<WireClient> clients = [];
        try
        {
            int admitted = 0;
            string refusal = "";
            for (int i = 0; i < Tried; i++)
            {
                (WireClient client, string answer) = await Accounts.EnterAsync(arena.Port, token);
                clients.Add(client);
                admitted += answer.StartsWith("40", StringComparison.Ordinal) ? 1 : 0;
                refusal = answer.StartsWith("40", StringComparison.Ordinal) ? refusal : answer;
            }

            if (admitted <= Allowed && (admitted != Allowed || !refusal.Contains("too_many_connections", StringComparison.Ordinal)))
            {
                throw new AttackFailure($"{admitted} were let in, the others answered {refusal}");
            }

            // Those that were let in first are not pushed out by those that were not.
            foreach (WireClient client in clients.Take(Allowed))
            {
                if (await Accounts.WhoAsync(client) is not "431[\"ann\"]" and var who)
                {
                    throw new AttackFailure($"A connection that was let in is answered {who}");
                }
            }

            return new Outcome(admitted > Allowed, $"{admitted} of {Tried} connections of one user were let in{(refusal.Length > 0 ? $", then {refusal}" : "")}");
        }
        finally
        {
            clients.ForEach(static client => client.Dispose());
        }
    }
}
