namespace Realtime.Attacks.Attacks;

/// <summary>Opens many WebSockets and never says who it is.</summary>
internal abstract class IdleFlood(string target) : Attack
{
    private const int Connections = 200;

    internal override async Task<Outcome> RunAsync(Arena arena)
    {
        List<WireClient> attackers = [];
        try
        {
            for (int i = 0; i < Connections; i++)
            {
                attackers.Add((await WireClient.UpgradeAsync(arena.Port, target)).Client);
            }

            await Waiting.BecomesAsync(() => arena.AttackerConnections == 0, TimeSpan.FromSeconds(5));
            long open = arena.AttackerConnections;
            string seen = open == 0 ? $", each with: {await attackers[0].ReadToEndAsync()}" : "";
            return new Outcome(open == Connections, $"{open} of {Connections} connections are still open after 5 s{seen}");
        }
        finally
        {
            attackers.ForEach(static attacker => attacker.Dispose());
        }
    }
}
