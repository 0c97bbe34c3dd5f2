namespace Realtime.Attacks.Attacks;

/// <summary>Sends what only a server may say: events under names of the protocol, and last arguments that look like offsets of messages to recover from.</summary>
internal sealed class ForgedOffset : Attack
{
    private const string Offset = "k3J9x2Qa:1042";
    private static readonly string[] s_names = ["$rt:auth", "$rt:error", "$rt:recovery", "$rt:"];

    internal override string Name => "forged offset text";

    internal override string Protection => "names of the protocol are reserved, arguments are data";

    // An application that passes on what it is sent under the name it is sent. Switched off by one whose own control names are not reserved.
    internal override void Configure(ServerSetup setup, bool isProtected) => setup.Space = space => space.On("relay", async context =>
    {
        string name = context.Get<string>(0)!;
        await context.Socket.Namespace.To(AttackServer.Room).EmitAsync(isProtected ? name : name.Replace("$rt:", "control:", StringComparison.Ordinal), [.. context.Arguments.Skip(1)]);
        await context.AckAsync(true);
    });

    internal override async Task<Outcome> RunAsync(Arena arena)
    {
        using WireClient attacker = await WireClient.JoinAsync(arena.Port);

        // Joins with an offset to recover from: nobody has it, so this is a client like any other.
        await attacker.SendAsync("41");
        await attacker.SendAsync($$"""40{"pid":"{{Offset}}","offset":"{{Offset}}"}""");
        string joined = await attacker.ReadUntilAsync("4") ?? "closed";
        if (!joined.StartsWith("""40{"sid":""", StringComparison.Ordinal) || joined.Contains(Offset, StringComparison.Ordinal))
        {
            throw new AttackFailure($"A join with a forged offset is answered {joined}");
        }

        // As the last argument it is an argument.
        await attacker.SendAsync($"421[\"relay\",\"news\",\"hello\",\"{Offset}\"]");
        if (await attacker.ReadUntilAsync("42") is not { } news || news != $"42[\"news\",\"hello\",\"{Offset}\"]")
        {
            throw new AttackFailure("What looks like an offset was not passed on as it is.");
        }

        int taken = 0;
        foreach (string name in s_names)
        {
            // By itself it reaches no handler; through an application it does not get out.
            await attacker.SendAsync($"422[\"{name}\",{{\"state\":\"revoked\"}},\"{Offset}\"]");
            string direct = await attacker.ReadUntilAsync("432") ?? "closed";
            await attacker.SendAsync($"423[\"relay\",\"{name}\",{{\"state\":\"revoked\"}},\"{Offset}\"]");
            string relayed = await attacker.ReadUntilAsync("433") ?? "closed";
            if (!direct.StartsWith("432[{\"error\":", StringComparison.Ordinal) && !direct.Contains("not_refreshable", StringComparison.Ordinal))
            {
                throw new AttackFailure($"{name} is answered {direct}");
            }

            taken += relayed == "433[true]" ? 1 : 0;
        }

        // What others see: those who behave fail at anything that is no news.
        bool forged = taken > 0 && await Waiting.BecomesAsync(() => arena.Bystanders.Any(static bystander => bystander.Failure is not null), Waiting.Limit);
        return new Outcome(forged, forged ? $"{taken} of {s_names.Length} control events reached others: {arena.Bystanders.First(static bystander => bystander.Failure is not null).Failure}" : $"{s_names.Length} names of the protocol are refused, both ways; an offset is an argument like any other");
    }
}
