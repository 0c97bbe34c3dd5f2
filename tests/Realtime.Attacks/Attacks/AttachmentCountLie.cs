namespace Realtime.Attacks.Attacks;

/// <summary>Announces attachments that never come, so many that room for them is harm enough.</summary>
internal sealed class AttachmentCountLie : Attack
{
    private const int Announced = 5_000_000;

    internal override string Name => "attachment-count lie";

    internal override string Protection => "PacketLimits.MaxAttachments";

    internal override void Configure(ServerSetup setup, bool isProtected) =>
        setup.Options = options =>
        {
            options.PacketLimits = options.PacketLimits with { MaxAttachments = isProtected ? 10 : int.MaxValue };
            options.Heartbeat.Interval = TimeSpan.FromHours(1); // or it would be the heartbeat that ends it
        };

    internal override async Task<Outcome> RunAsync(Arena arena)
    {
        using WireClient attacker = await WireClient.JoinAsync(arena.Port);
        await attacker.SendAsync($"45{Announced}-[\"size\",{{\"_placeholder\":true,\"num\":0}}]");
        Task<string> end = attacker.ReadToEndAsync();
        bool closed = await Waiting.BecomesAsync(() => end.IsCompleted, TimeSpan.FromSeconds(1));
        long grown = arena.GrownBytes;
        return new Outcome(!closed && grown > 16L * Announced * 9 / 10, closed ? $"refused: {await end}" : $"a message of 50 bytes holds {grown / 1_000_000:N0} MB");
    }
}
