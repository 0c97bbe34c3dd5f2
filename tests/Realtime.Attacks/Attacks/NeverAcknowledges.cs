using System.Text;

namespace Realtime.Attacks.Attacks;

/// <summary>Is asked, and never answers.</summary>
internal sealed class NeverAcknowledges : Attack
{
    private const int Questions = 1000;

    internal override string Name => "client that never acknowledges";

    internal override string Protection => "AckTimeout";

    internal override void Configure(ServerSetup setup, bool isProtected) => setup.Options = options => options.AckTimeout = isProtected ? TimeSpan.FromSeconds(1) : TimeSpan.FromHours(1);

    internal override async Task<Outcome> RunAsync(Arena arena)
    {
        using WireClient attacker = await WireClient.JoinAsync(arena.Port);
        await attacker.WriteAsync((byte[])[.. Enumerable.Range(0, Questions).SelectMany(static _ => WireClient.Frame(0x1, Encoding.ASCII.GetBytes("42[\"ask\"]")))]);
        await Waiting.UntilAsync(() => arena.Readings.Get("realtime.acks.pending") > 0, "it was asked");

        // It lives on, so that nothing but the timeout ends the questions.
        Task<string?> living = attacker.ReadUntilAsync("never");
        await Waiting.BecomesAsync(() => arena.Readings.Get("realtime.acks.pending") == 0, TimeSpan.FromSeconds(5));
        long pending = arena.Readings.Get("realtime.acks.pending");
        return new Outcome(pending == Questions && !living.IsCompleted, $"{pending} of {Questions} questions are still waited for after 5 s");
    }
}
