namespace Realtime.Attacks.Attacks;

/// <summary>Nests a payload deep enough to exhaust the stack of a reader that recurses.</summary>
internal sealed class DeepJson : Attack
{
    private const int Depth = 100_000;

    internal override string Name => "deep JSON";

    internal override string Protection => "PacketLimits.MaxDepth";

    internal override void Configure(ServerSetup setup, bool isProtected) =>
        setup.Options = options => options.PacketLimits = options.PacketLimits with { MaxDepth = isProtected ? 512 : int.MaxValue };

    internal override async Task<Outcome> RunAsync(Arena arena)
    {
        using WireClient attacker = await WireClient.JoinAsync(arena.Port);
        await attacker.SendAsync($"421[\"size\",{new string('[', Depth)}{new string(']', Depth)}]");
        string? answer = await attacker.ReadUntilAsync("431");
        return new Outcome(answer is not null, answer is null ? $"{Depth} levels were refused: the connection was closed" : $"{Depth} levels reached the handler");
    }
}
