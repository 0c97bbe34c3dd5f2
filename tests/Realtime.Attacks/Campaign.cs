using System.Diagnostics;

namespace Realtime.Attacks;

/// <summary>Runs attacks one after the other, each with its protection and without.</summary>
internal static class Campaign
{
    internal static async Task<int> RunAsync(IReadOnlyList<Attack> attacks)
    {
        int held = 0;
        foreach (Attack attack in attacks)
        {
            long start = Stopwatch.GetTimestamp();
            string? failure = await TryAsync(() => DefendAsync(attack)) ?? await TryAsync(() => SucceedAsync(attack));
            held += failure is null ? 1 : 0;
            Console.WriteLine(failure is null ? $"  held   {attack.Name} ({Stopwatch.GetElapsedTime(start).TotalSeconds:F1} s)" : $"  FAILED {attack.Name}: {failure}");
        }

        Console.WriteLine($"attacks: {held} of {attacks.Count} held");
        return held == attacks.Count && held > 0 ? 0 : 1;
    }

    private static async Task DefendAsync(Attack attack)
    {
        await using Arena arena = await OpenAsync(attack, isProtected: true);

        // The first time warms up what a process keeps: compiled code and pools.
        await arena.MeasureBeforeAsync();
        await attack.RunAsync(arena);
        await arena.CheckNothingIsLeftAsync();
        await arena.MeasureBeforeAsync();
        Outcome outcome = await attack.RunAsync(arena);
        await arena.CheckBystandersAsync();
        await arena.CheckNothingIsLeftAsync();
        await arena.CheckLiveBytesAsync();
        Console.WriteLine($"{attack.Name}: {attack.Protection}\n  with protection:    {outcome.Seen}; {arena.DescribeBystanders()}");
        if (outcome.Succeeded)
        {
            throw new AttackFailure($"It succeeded: {outcome.Seen}");
        }
    }

    private static async Task SucceedAsync(Attack attack)
    {
        await using Arena arena = await OpenAsync(attack, isProtected: false);
        await arena.MeasureBeforeAsync();
        Outcome outcome = await attack.RunAsync(arena);
        Console.WriteLine($"  without protection: {outcome.Seen}{(outcome.Succeeded ? " - shown to succeed" : "")}");
        if (!outcome.Succeeded)
        {
            throw new AttackFailure($"Without its protection it does not succeed, so it proves nothing: {outcome.Seen}");
        }
    }

    private static Task<Arena> OpenAsync(Attack attack, bool isProtected)
    {
        var setup = new ServerSetup();
        attack.Configure(setup, isProtected);
        return Arena.OpenAsync($"{attack.Name} {isProtected}", setup);
    }

    private static async Task<string?> TryAsync(Func<Task> run)
    {
        try
        {
            await run();
            return null;
        }
        catch (Exception failure) when (failure is AttackFailure or TimeoutException or IOException or System.Net.Sockets.SocketException or System.Net.WebSockets.WebSocketException or HttpRequestException)
        {
            return failure.Message;
        }
    }
}
