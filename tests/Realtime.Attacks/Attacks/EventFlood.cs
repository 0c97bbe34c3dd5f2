using System.Net.Sockets;
using System.Text;
using Realtime.Core.Limits;
using Realtime.Core.Namespaces;

namespace Realtime.Attacks.Attacks;

/// <summary>Sends an event that everybody gets, as fast as it can.</summary>
internal sealed class EventFlood : Attack
{
    private const int Calls = 4000;
    private const int Batch = 100;
    private const int MaxRefusals = 500;
    private const string Answered = "all were answered";
    private int _taken;

    internal override string Name => "event flood";

    internal override string Protection => "RateLimit(RateLimits.Chat), Limits.MaxRefusals";

    // On the event, because those who behave ask more often in this namespace than any hand does.
    internal override void Configure(ServerSetup setup, bool isProtected)
    {
        setup.Options = options => options.Limits.MaxRefusals = isProtected ? MaxRefusals : null;
        setup.Space = space => AddSay(space, isProtected);
    }

    internal override async Task<Outcome> RunAsync(Arena arena)
    {
        _taken = 0;
        using WireClient attacker = await WireClient.JoinAsync(arena.Port);
        Task<(int Refused, int WithTime, string End)> reading = ReadAsync(attacker);
        try
        {
            for (int i = 0; i < Calls && !reading.IsCompleted; i += Batch)
            {
                await attacker.WriteAsync((byte[])[.. Enumerable.Range(i, Batch).SelectMany(static n => WireClient.Frame(0x1, Encoding.ASCII.GetBytes($"42{n}[\"say\",\"{n}\"]")))]);
            }

            await attacker.SendAsync($"42{Calls}[\"size\",1]"); // behind all of them
        }
        catch (SocketException)
        {
            // It was cut off while it wrote.
        }

        (int refused, int withTime, string end) = await reading.Within();
        int taken = Volatile.Read(ref _taken);
        string seen = $"{taken} of {Calls} reached everybody, {refused} were refused ({withTime} with retryAfter), {end}";

        // The refusal that is one too many is answered by the close.
        if (taken < Calls && (refused is 0 or > MaxRefusals || withTime != refused || end == Answered))
        {
            throw new AttackFailure($"It was not held off as it should be: {seen}");
        }

        return new Outcome(taken > Calls / 4, seen);
    }

    private static async Task<(int Refused, int WithTime, string End)> ReadAsync(WireClient client)
    {
        int refused = 0;
        int withTime = 0;
        while (await client.ReadUntilAsync("4") is { } text)
        {
            if (text.StartsWith($"43{Calls}[", StringComparison.Ordinal))
            {
                return (refused, withTime, Answered);
            }

            bool isRefusal = text.Contains("\"rate_limited\"", StringComparison.Ordinal);
            refused += isRefusal ? 1 : 0;
            withTime += isRefusal && text.Contains("\"retryAfter\":", StringComparison.Ordinal) ? 1 : 0;
        }

        return (refused, withTime, "then the connection was closed");
    }

    private void AddSay(NamespaceBuilder space, bool isProtected)
    {
        var said = space.On("say", async context =>
        {
            Interlocked.Increment(ref _taken);
            await context.Socket.Namespace.To(AttackServer.Room).EmitAsync("news", context.Arguments[0]);
            await context.AckAsync(true);
        });
        if (isProtected)
        {
            said.RateLimit(RateLimits.Chat);
        }
    }
}
