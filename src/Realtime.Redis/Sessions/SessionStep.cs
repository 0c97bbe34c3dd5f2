using StackExchange.Redis;

namespace Realtime.Redis.Sessions;

/// <summary>One step on a session that waits for its turn.</summary>
/// <remarks>Immutable, but for its result.</remarks>
/// <param name="name">Its name in the script.</param>
/// <param name="key">What it is about.</param>
/// <param name="arguments">What the script says of it.</param>
internal sealed class SessionStep(string name, RedisKey key, params RedisValue[] arguments)
{
    private readonly TaskCompletionSource<RedisResult> _done = new(TaskCreationOptions.RunContinuationsAsynchronously);

    internal string Name => name;

    internal RedisKey Key => key;

    internal RedisValue[] Arguments => arguments;

    internal Task<RedisResult> Result => _done.Task;

    internal void Complete(RedisResult result) => _done.SetResult(result);

    internal void Fail(Exception exception) => _done.SetException(exception);
}
