namespace Realtime.Attacks.Attacks;

/// <summary>Joins a busy room and reads nothing, with the smallest window that the system gives.</summary>
internal sealed class SlowReader : Attack
{
    private const long Limit = 256 * 1024;
    private const int MessageSize = 16 * 1024;
    private const int Messages = 1000;

    internal override string Name => "slow reader (zero window)";

    internal override string Protection => "Connections.MaxBufferedBytes";

    internal override void Configure(ServerSetup setup, bool isProtected) => setup.Options = options =>
    {
        options.Connections.MaxBufferedBytes = isProtected ? Limit : long.MaxValue;
        options.Heartbeat.Interval = TimeSpan.FromHours(1); // or it would be the heartbeat that ends it
    };

    internal override async Task<Outcome> RunAsync(Arena arena)
    {
        using WireClient attacker = await WireClient.JoinAsync(arena.Port, receiveBuffer: 4096);
        string text = new('n', MessageSize);
        int[] heard = [.. arena.Bystanders.Select(static bystander => bystander.News)];
        long most = 0;
        int sent = 0;
        while (sent < Messages && arena.AttackerConnections > 0)
        {
            await arena.Server.Of("/").To(AttackServer.Room).EmitAsync("news", text);
            sent++;

            // The others are served before the next one.
            await Waiting.UntilAsync(() => arena.Bystanders.Select((bystander, i) => bystander.News - heard[i]).All(count => count >= sent), "everybody got the news");
            most = sent % 8 == 0 ? Math.Max(most, arena.Readings.Get(Readings.Outbound)) : most;
        }

        bool ended = arena.AttackerConnections == 0;
        return new Outcome(!ended && most > Limit * 8, $"{(ended ? "closed as too slow" : "still connected")} after {sent} messages, at most {most / 1024:N0} KiB waited for it");
    }
}
