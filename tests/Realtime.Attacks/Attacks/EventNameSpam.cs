using System.Collections.Concurrent;
using System.Globalization;
using System.Text;

namespace Realtime.Attacks.Attacks;

/// <summary>Sends events under names that nobody has ever heard, each once, to leave something of each behind.</summary>
internal sealed class EventNameSpam : Attack
{
    private const int Names = 40_000;
    private const long Harm = 10_000_000;

    internal override string Name => "event-name spam";

    internal override string Protection => "names that nobody handles are looked up by their bytes and never kept";

    // Switched off by an application that keeps something for each name that it is sent: what the library itself must never do.
    internal override void Configure(ServerSetup setup, bool isProtected)
    {
        if (!isProtected)
        {
            var seen = new ConcurrentDictionary<string, int>();
            setup.Space = space => space.OnAny(context =>
            {
                seen.AddOrUpdate(context.EventName, 1, static (_, count) => count + 1);
                return default;
            });
        }
    }

    internal override async Task<Outcome> RunAsync(Arena arena)
    {
        using WireClient attacker = await WireClient.JoinAsync(arena.Port);
        for (int i = 0; i < Names; i += 100)
        {
            byte[] batch = [.. Enumerable.Range(i, 100).SelectMany(static n => WireClient.Frame(0x1, Encoding.ASCII.GetBytes($"42[\"{n.ToString(CultureInfo.InvariantCulture).PadLeft(200, 'n')}\"]")))];
            await attacker.WriteAsync(batch);
        }

        await attacker.SendAsync("421[\"size\",1]"); // behind all of them
        bool answered = await attacker.ReadUntilAsync("431") is not null;
        long grown = arena.GrownBytes;
        return new Outcome(grown > Harm, $"{Names} names {(answered ? "were taken" : "ended the connection")} and hold {Math.Max(0, grown) / 1024:N0} KiB");
    }
}
