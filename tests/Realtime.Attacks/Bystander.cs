using System.Diagnostics;
using System.Globalization;

namespace Realtime.Attacks;

/// <summary>A client that behaves: it asks, is answered, asks again, and keeps the time. What others see of an attack is what it sees.</summary>
internal sealed class Bystander : IAsyncDisposable
{
    private readonly WireClient _client;
    private readonly bool _isRaw;
    private readonly Task _running;
    private volatile bool _stopping;

    private Bystander(WireClient client, bool isRaw)
    {
        _client = client;
        _isRaw = isRaw;
        _running = RunAsync();
    }

    internal int Answers { get; private set; }

    internal TimeSpan Slowest { get; private set; }

    internal int News { get; private set; }

    /// <summary>Gets what went wrong; <see langword="null"/> when nothing did.</summary>
    internal string? Failure { get; private set; }

    internal static async Task<Bystander> JoinAsync(int port) => new(await WireClient.JoinAsync(port), isRaw: false);

    internal static async Task<Bystander> JoinRawAsync(int port)
    {
        (WireClient client, _) = await WireClient.UpgradeAsync(port, "/ws");
        await client.SendAsync("""{"auth":{}}""");
        await client.ReadTextAsync();
        return new Bystander(client, isRaw: true);
    }

    /// <summary>Forgets what it has seen so far.</summary>
    internal void StartAnew()
    {
        Answers = 0;
        Slowest = TimeSpan.Zero;
    }

    public async ValueTask DisposeAsync()
    {
        _stopping = true;
        await _running.Within();
        _client.Dispose();
    }

    private async Task RunAsync()
    {
        using var pace = new PeriodicTimer(TimeSpan.FromMilliseconds(5));
        try
        {
            for (int i = 0; !_stopping; i++)
            {
                string n = i.ToString(CultureInfo.InvariantCulture);
                long asked = Stopwatch.GetTimestamp();
                await _client.SendAsync(_isRaw ? $$"""{"event":"echo","data":{{n}},"id":{{n}}}""" : $"42{n}[\"echo\",{n}]");
                await ReadAnswerAsync(_isRaw ? $$"""{"ack":{{n}},"data":{{n}}}""" : $"43{n}[{n}]");
                TimeSpan took = Stopwatch.GetElapsedTime(asked);
                Slowest = took > Slowest ? took : Slowest;
                Answers++;
                await pace.WaitForNextTickAsync();
            }
        }
        catch (Exception failure) when (failure is AttackFailure or TimeoutException or System.Net.Sockets.SocketException)
        {
            Failure = failure.Message;
        }
    }

    private async Task ReadAnswerAsync(string expected)
    {
        while (true)
        {
            string? text = await _client.ReadUntilAsync(_isRaw ? "{" : "4") ?? throw new AttackFailure("A bystander was disconnected.");
            if (text == expected)
            {
                return;
            }

            if (!text.StartsWith(_isRaw ? """{"event":"news",""" : "42[\"news\",", StringComparison.Ordinal))
            {
                throw new AttackFailure($"A bystander got {text[..Math.Min(text.Length, 100)]} instead of {expected}.");
            }

            News++;
        }
    }
}
