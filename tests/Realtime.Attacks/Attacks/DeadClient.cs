namespace Realtime.Attacks.Attacks;

/// <summary>Joins, then neither answers the heartbeat nor closes: a machine that was switched off, a thousand times.</summary>
internal sealed class DeadClient : Attack
{
    private const int Connections = 50;

    internal override string Name => "clients that play dead";

    internal override string Protection => "Heartbeat";

    internal override void Configure(ServerSetup setup, bool isProtected) => setup.Options = options =>
    {
        options.Heartbeat.Interval = isProtected ? TimeSpan.FromMilliseconds(500) : TimeSpan.FromHours(1);
        options.Heartbeat.Timeout = TimeSpan.FromMilliseconds(400);
    };

    internal override async Task<Outcome> RunAsync(Arena arena)
    {
        List<WireClient> attackers = [];
        try
        {
            for (int i = 0; i < Connections; i++)
            {
                attackers.Add(await WireClient.JoinAsync(arena.Port));
            }

            await Waiting.BecomesAsync(() => arena.AttackerConnections == 0, TimeSpan.FromSeconds(6));
            long open = arena.AttackerConnections;
            return new Outcome(open == Connections, $"{open} of {Connections} dead clients are still connected after 6 s");
        }
        finally
        {
            attackers.ForEach(static attacker => attacker.Dispose());
        }
    }
}
