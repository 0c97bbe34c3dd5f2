using System.Globalization;
using System.Text;
using Realtime.Core.Limits;

namespace Realtime.Attacks.Attacks;

/// <summary>Joins and leaves the namespace again and again, and fills the server with rooms.</summary>
internal sealed class JoinSpam : Attack
{
    private const int Joins = 300;
    private const int Rooms = 300;

    internal override string Name => "join spam";

    internal override string Protection => "Limits.Joins, RateLimit(RateLimits.Api) on what joins rooms";

    internal override void Configure(ServerSetup setup, bool isProtected)
    {
        setup.Options = options => options.Limits.Joins = isProtected ? new RateLimitPolicy("joins", 20, TimeSpan.FromSeconds(1)) : null;
        setup.Space = space =>
        {
            var join = space.On("join", static async context =>
            {
                await context.Socket.JoinAsync("room " + context.Get<string>(0));
                await context.AckAsync(true);
            });
            if (isProtected)
            {
                join.RateLimit(RateLimits.Api);
            }
        };
    }

    internal override async Task<Outcome> RunAsync(Arena arena)
    {
        int joined = await JoinAsync(arena.Port);
        long before = arena.Readings.Get("realtime.rooms");
        using WireClient attacker = await WireClient.JoinAsync(arena.Port);
        await attacker.WriteAsync((byte[])[.. Enumerable.Range(0, Rooms).SelectMany(static n => WireClient.Frame(0x1, Encoding.ASCII.GetBytes($"42{n}[\"join\",\"{n}\"]")))]);
        for (int i = 0; i < Rooms; i++)
        {
            if (await attacker.ReadUntilAsync("43") is not { } answer || !(answer.EndsWith("[true]", StringComparison.Ordinal) || answer.Contains("\"retryAfter\":", StringComparison.Ordinal)))
            {
                throw new AttackFailure("A join of a room was neither done nor refused with retryAfter.");
            }
        }

        long rooms = arena.Readings.Get("realtime.rooms") - before;
        return new Outcome(joined > Joins / 2 || rooms > Rooms / 2, $"{joined} of {Joins} joins of the namespace and {rooms.ToString(CultureInfo.InvariantCulture)} of {Rooms} rooms");
    }

    private static async Task<int> JoinAsync(int port)
    {
        using WireClient attacker = await WireClient.JoinAsync(port);
        int joined = 0;
        bool isIn = true;
        for (int i = 0; i < Joins; i++)
        {
            if (isIn)
            {
                await attacker.SendAsync("41");
            }

            await attacker.SendAsync("40");
            string answer = await attacker.ReadUntilAsync("4") ?? throw new AttackFailure("It was cut off.");
            isIn = answer.StartsWith("40", StringComparison.Ordinal);
            joined += isIn ? 1 : 0;
            if (!isIn && !answer.Contains("\"retryAfter\":", StringComparison.Ordinal))
            {
                throw new AttackFailure($"A join was answered {answer}");
            }
        }

        return joined;
    }
}
