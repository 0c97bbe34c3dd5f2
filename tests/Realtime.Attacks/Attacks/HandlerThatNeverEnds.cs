using System.Text;

namespace Realtime.Attacks.Attacks;

/// <summary>Occupies its handler for ever, and sends on and on.</summary>
internal sealed class HandlerThatNeverEnds : Attack
{
    private const int Size = 1000;
    private const int Messages = 40_000;
    private const long Harm = 20_000_000;

    internal override string Name => "handler that never ends";

    internal override string Protection => "MaxWaitingEvents";

    internal override void Configure(ServerSetup setup, bool isProtected) => setup.Options = options =>
    {
        options.MaxWaitingEvents = isProtected ? 128 : int.MaxValue;
    };

    internal override async Task<Outcome> RunAsync(Arena arena)
    {
        using WireClient attacker = await WireClient.JoinAsync(arena.Port);
        await attacker.SendAsync("42[\"hang\"]");
        byte[] batch = [.. Enumerable.Range(0, 100).SelectMany(static _ => WireClient.Frame(0x1, Encoding.ASCII.GetBytes($"42[\"echo\",\"{new string('w', Size)}\"]")))];
        long accepted = 0;
        for (int i = 0; i < Messages / 100; i++)
        {
            ReadOnlyMemory<byte> rest = batch;
            bool stalled = !await Waiting.BecomesAsync(
                () =>
                {
                    int sent = attacker.TryWrite(rest.Span);
                    rest = rest[Math.Max(0, sent)..];
                    accepted += Math.Max(0, sent);
                    return rest.IsEmpty;
                },
                TimeSpan.FromSeconds(1));
            if (stalled)
            {
                break;
            }
        }

        long grown = arena.GrownBytes;
        return new Outcome(grown > Harm, $"{accepted / 1_000_000.0:F1} MB were taken off its hands, {Math.Max(0, grown) / 1_000_000.0:F1} MB of them wait in the server");
    }
}
