using System.Globalization;
using System.Net;

namespace Realtime.Attacks.Attacks;

/// <summary>Guesses the id of somebody's connection to read what is meant for them.</summary>
internal sealed class ForgedSessionId : Attack
{
    private const int Guesses = 500;
    private const string Polling = "/socket.io/?EIO=4&transport=polling";

    internal override string Name => "forged session id";

    internal override string Protection => "ids of 120 random bits";

    internal override void Configure(ServerSetup setup, bool isProtected)
    {
        if (!isProtected)
        {
            int last = 0;
            setup.Http = http => http.GenerateId = _ => new ValueTask<string>(Interlocked.Increment(ref last).ToString(CultureInfo.InvariantCulture));
        }
    }

    internal override async Task<Outcome> RunAsync(Arena arena)
    {
        using var http = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{arena.Port}"), Timeout = Waiting.Limit };
        string opened = await http.GetStringAsync(Polling);
        string sid = opened.Split('"')[3];
        int unknown = 0;
        string? taken = null;
        foreach (string guess in Enumerable.Range(1, Guesses).Select(static i => i.ToString(CultureInfo.InvariantCulture)).Concat(Near(sid)))
        {
            using HttpResponseMessage answer = await http.PostAsync($"{Polling}&sid={Uri.EscapeDataString(guess)}", new StringContent("40"));
            unknown += answer.StatusCode == HttpStatusCode.BadRequest ? 1 : 0;
            taken ??= answer.IsSuccessStatusCode ? guess : null;
        }

        // The victim closes what it opened.
        using HttpResponseMessage closed = await http.PostAsync($"{Polling}&sid={sid}", new StringContent("1"));
        return new Outcome(taken is not null, taken is null ? $"{unknown} guesses, each answered: unknown" : $"the guess '{taken}' spoke on somebody's connection");
    }

    // What one would try who has seen a part of it.
    private static IEnumerable<string> Near(string sid) =>
        sid.Length < 10 ? [] : [sid[..^1], sid + "A", new string([.. sid.Reverse()]), sid[..^1] + (sid[^1] == 'A' ? 'B' : 'A'), $" {sid}", $"{sid}\0", "../" + sid];
}
