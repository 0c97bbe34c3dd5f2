using Realtime.Core.Identifiers;
using Realtime.Redis.Scripts;
using StackExchange.Redis;

namespace Realtime.Redis.Sessions;

/// <summary>Brings steps to Redis: all that wait in a namespace go in one call, with one call of each namespace in flight, so their order is kept and many cost little more than one.</summary>
/// <remarks>Thread-safe; what waits is guarded by <c>_gate</c>. Bounded by <see cref="RedisSessionOptions.MaxWaiting"/> in each namespace; what comes beyond is refused. A namespace in which nothing waits takes no memory.</remarks>
internal sealed class SessionSteps(RedisCalls calls, SessionKeys keys, SessionTimes times, int maxWaiting)
{
    // About 2 ms of Redis, in which it does nothing else.
    private const int MaxBatch = 256;
    private static readonly string s_script = RedisScript.Read("sessions.lua");

    private readonly Lock _gate = new();
    private readonly Dictionary<NamespacePath, Queue<SessionStep>> _waiting = [];

    /// <summary>Puts a step behind those of its namespace that wait.</summary>
    /// <returns>What the script says of it.</returns>
    /// <exception cref="RedisUnavailableException">Too many wait; or, from the task, Redis cannot be had.</exception>
    internal Task<RedisResult> SendAsync(NamespacePath path, SessionStep step)
    {
        lock (_gate)
        {
            if (_waiting.TryGetValue(path, out Queue<SessionStep>? queue))
            {
                if (queue.Count >= maxWaiting)
                {
                    throw new RedisUnavailableException($"{queue.Count} steps on sessions wait for Redis in {path}: no more are taken.");
                }

                queue.Enqueue(step);
                return step.Result;
            }

            _waiting.Add(path, queue = new Queue<SessionStep>());
            queue.Enqueue(step);
        }

        _ = RunAsync(path);
        return step.Result;
    }

    private async Task RunAsync(NamespacePath path)
    {
        while (TakeBatch(path) is { } batch)
        {
            try
            {
                RedisKey[] stepKeys = [keys.Base(path), .. batch.Select(static step => step.Key)];
                RedisValue[] arguments = Flatten(batch);
                var results = (RedisResult[])(await calls.CallAsync(database => database.ScriptEvaluateAsync(s_script, stepKeys, arguments)).ConfigureAwait(false))!;
                for (int i = 0; i < batch.Length; i++)
                {
                    batch[i].Complete(results[i]);
                }
            }
#pragma warning disable CA1031 // Whoever waits gets it.
            catch (Exception exception)
#pragma warning restore CA1031
            {
                foreach (SessionStep step in batch)
                {
                    step.Fail(exception);
                }
            }
        }
    }

    private SessionStep[]? TakeBatch(NamespacePath path)
    {
        lock (_gate)
        {
            Queue<SessionStep> queue = _waiting[path];
            if (queue.Count == 0)
            {
                _waiting.Remove(path);
                return null;
            }

            var batch = new SessionStep[Math.Min(queue.Count, MaxBatch)];
            for (int i = 0; i < batch.Length; i++)
            {
                batch[i] = queue.Dequeue();
            }

            return batch;
        }
    }

    private RedisValue[] Flatten(SessionStep[] batch)
    {
        var arguments = new RedisValue[3 + batch.Sum(static step => 2 + step.Arguments.Length)];
        times.CopyTo(arguments);
        int at = 3;
        foreach (SessionStep step in batch)
        {
            arguments[at] = step.Name;
            arguments[at + 1] = step.Arguments.Length;
            step.Arguments.CopyTo(arguments, at + 2);
            at += 2 + step.Arguments.Length;
        }

        return arguments;
    }
}
