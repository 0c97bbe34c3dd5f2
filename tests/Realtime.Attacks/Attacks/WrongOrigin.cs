namespace Realtime.Attacks.Attacks;

internal sealed class WrongOrigin : Attack
{
    internal override string Name => "wrong origin";

    internal override string Protection => "Security.AllowedOrigins";

    internal override void Configure(ServerSetup setup, bool isProtected) => setup.Http = http => http.Security.AllowedOrigins.Add(isProtected ? "https://good.example" : "*");

    internal override async Task<Outcome> RunAsync(Arena arena)
    {
        List<string> seen = [];
        bool open = false;
        foreach (string target in new[] { WireClient.SocketIo, "/ws" })
        {
            foreach (string origin in new[] { "https://evil.example", "https://good.example.evil.example", "http://good.example", "null" })
            {
                (WireClient attacker, int status) = await WireClient.UpgradeAsync(arena.Port, target, $"Origin: {origin}\r\n");
                attacker.Dispose();
                open |= status == 101;
                seen.Add($"{status}");
            }
        }

        return new Outcome(open, $"handshakes of foreign pages are answered {string.Join(", ", seen.Distinct())}");
    }
}
