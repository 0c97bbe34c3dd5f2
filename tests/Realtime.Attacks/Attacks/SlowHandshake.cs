namespace Realtime.Attacks.Attacks;

/// <summary>Opens connections and sends half of a request.</summary>
internal sealed class SlowHandshake : Attack
{
    private const int Connections = 50;

    internal override string Name => "slow handshake";

    internal override string Protection => "Kestrel's RequestHeadersTimeout";

    internal override void Configure(ServerSetup setup, bool isProtected) =>
        setup.Kestrel = kestrel => kestrel.Limits.RequestHeadersTimeout = isProtected ? TimeSpan.FromSeconds(1) : TimeSpan.FromHours(1);

    internal override async Task<Outcome> RunAsync(Arena arena)
    {
        List<WireClient> attackers = [];
        try
        {
            for (int i = 0; i < Connections; i++)
            {
                WireClient attacker = await WireClient.DialAsync(arena.Port);
                await attacker.WriteAsync("GET /socket.io/?EIO=4&transport=websocket HTTP/1.1\r\nHo"u8.ToArray());
                attackers.Add(attacker);
            }

            // What the server says to it (408) is read, so that the end can be seen.
            Task[] ends = [.. attackers.Select(static async attacker =>
            {
                try
                {
                    await attacker.ReadHeadAsync();
                    await attacker.ReadToEndAsync();
                }
                catch (Exception gone) when (gone is AttackFailure or TimeoutException)
                {
                    // It has ended.
                }
            })];
            await Waiting.BecomesAsync(() => ends.All(static end => end.IsCompleted), TimeSpan.FromSeconds(5));
            int open = ends.Count(static end => !end.IsCompleted);
            return new Outcome(open == Connections, $"{open} of {Connections} half requests are still open after 5 s");
        }
        finally
        {
            attackers.ForEach(static attacker => attacker.Dispose());
        }
    }
}
