using Realtime.Core.Hosting;

namespace Realtime.Attacks;

/// <summary>Where one attack is made: a server, those who behave, and what is measured.</summary>
internal sealed class Arena : IAsyncDisposable
{
    private const long AllowedBytes = 1_000_000;
    private const int LeastAnswers = 20;
    private const double AllowedShare = 0.05;
    private readonly AttackServer _server;
    private readonly Readings _readings;
    private IReadOnlyDictionary<string, long> _before = new Dictionary<string, long>();
    private long _bytesBefore;

    private Arena(AttackServer server, Readings readings, IReadOnlyList<Bystander> bystanders)
    {
        _server = server;
        _readings = readings;
        Bystanders = bystanders;
    }

    internal int Port => _server.Port;

    internal IRealtimeServer Server => _server.Realtime;

    internal Readings Readings => _readings;

    internal IReadOnlyList<Bystander> Bystanders { get; }

    /// <summary>Gets the number of connections that an attacker has, those that are closing included.</summary>
    internal long AttackerConnections => _readings.Get("realtime.sessions") - _before["realtime.sessions"];

    /// <summary>Gets by how much the live bytes have grown.</summary>
    internal long GrownBytes => LiveBytes() - _bytesBefore;

    internal static async Task<Arena> OpenAsync(string name, ServerSetup setup)
    {
        var readings = new Readings(name);
        AttackServer server = await AttackServer.StartAsync(name, setup);
        return new Arena(server, readings, [await Bystander.JoinAsync(server.Port), await Bystander.JoinAsync(server.Port), await Bystander.JoinRawAsync(server.Port)]);
    }

    internal async Task MeasureBeforeAsync()
    {
        await Waiting.UntilAsync(() => Bystanders.All(static bystander => bystander.Answers > 0), "everybody was answered");
        foreach (Bystander bystander in Bystanders)
        {
            bystander.StartAnew();
        }

        _before = _readings.Balance();
        _bytesBefore = LiveBytes();
    }

    /// <summary>Waits until nothing of the attack is left.</summary>
    internal async Task CheckNothingIsLeftAsync()
    {
        if (!await Waiting.BecomesAsync(() => Remains().Length == 0, TimeSpan.FromSeconds(20)))
        {
            throw new AttackFailure($"After it there remain {Remains()}.");
        }
    }

    /// <summary>Waits until the memory that the attack took has been given back.</summary>
    internal async Task CheckLiveBytesAsync()
    {
        // Pools of buffers give back with the collections that follow.
        long allowed = Math.Max(AllowedBytes, (long)(_bytesBefore * AllowedShare));
        if (!await Waiting.BecomesAsync(() => GrownBytes <= allowed, TimeSpan.FromSeconds(20)))
        {
            throw new AttackFailure($"Live bytes have grown by {GrownBytes:N0}, from {_bytesBefore:N0}.");
        }
    }

    /// <summary>Asks those who behave how they fared; a short attack is over before they have asked twice.</summary>
    internal async Task CheckBystandersAsync()
    {
        await Waiting.BecomesAsync(() => Bystanders.All(static bystander => bystander.Failure is not null || bystander.Answers >= LeastAnswers), Waiting.Limit);
        foreach (Bystander bystander in Bystanders)
        {
            string? wrong = bystander.Failure ?? (bystander.Answers < LeastAnswers ? $"A bystander was answered {bystander.Answers} times only." : bystander.Slowest > TimeSpan.FromSeconds(5) ? $"A bystander waited {bystander.Slowest.TotalSeconds:F1} s." : null);
            if (wrong is not null)
            {
                throw new AttackFailure(wrong);
            }
        }
    }

    internal string DescribeBystanders() =>
        $"others: {Bystanders.Sum(static bystander => bystander.Answers)} answers, slowest {Bystanders.Max(static bystander => bystander.Slowest).TotalMilliseconds:F0} ms";

    public async ValueTask DisposeAsync()
    {
        foreach (Bystander bystander in Bystanders)
        {
            await bystander.DisposeAsync();
        }

        await _server.DisposeAsync();
        _readings.Dispose();
    }

    private string Remains() => string.Join(", ", _readings.Balance().Where(now => now.Value != _before[now.Key]).Select(now => $"{now.Key} {now.Value} (was {_before[now.Key]})"));

    private static long LiveBytes()
    {
        GC.Collect(2, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        GC.WaitForPendingFinalizers();
        return GC.GetTotalMemory(forceFullCollection: true);
    }
}
