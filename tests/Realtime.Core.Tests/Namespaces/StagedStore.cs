using Microsoft.Extensions.Time.Testing;
using Realtime.Core.Idempotency;

namespace Realtime.Core.Tests.Namespaces;

/// <summary>A store in memory in a situation that a test needs.</summary>
internal sealed class StagedStore : IIdempotencyStore
{
    private readonly FakeTimeProvider _time = new();
    private readonly HashSet<string> _orphaned = [];
    private readonly MemoryIdempotencyStore _inner;

    internal StagedStore() => _inner = new MemoryIdempotencyStore(new IdempotencyOptions(), _time);

    /// <summary>Gets a value indicating whether results are written only when <see cref="Go"/> is set.</summary>
    internal bool Holds { get; init; }

    /// <summary>Gets a value indicating whether each key was claimed by a process that died.</summary>
    internal bool Orphans { get; init; }

    internal TaskCompletionSource Go { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public async ValueTask<IdempotencyClaim> ClaimAsync(string key, TimeSpan lease, bool takeOver, CancellationToken cancellationToken)
    {
        if (Orphans && _orphaned.Add(key))
        {
            await _inner.ClaimAsync(key, lease, takeOver, cancellationToken);
            _time.Advance(lease);
        }

        return await _inner.ClaimAsync(key, lease, takeOver, cancellationToken);
    }

    public ValueTask<bool> RenewAsync(string key, long fence, TimeSpan lease, CancellationToken cancellationToken) => _inner.RenewAsync(key, fence, lease, cancellationToken);

    public async ValueTask<bool> CompleteAsync(string key, long fence, ReadOnlyMemory<byte> result, CancellationToken cancellationToken)
    {
        if (Holds)
        {
            await Go.Task;
        }

        return await _inner.CompleteAsync(key, fence, result, cancellationToken);
    }

    public ValueTask<bool> ReleaseAsync(string key, long fence, CancellationToken cancellationToken) => _inner.ReleaseAsync(key, fence, cancellationToken);

    public ValueTask WaitAsync(string key, long fence, TimeSpan timeout, CancellationToken cancellationToken) => _inner.WaitAsync(key, fence, timeout, cancellationToken);
}
