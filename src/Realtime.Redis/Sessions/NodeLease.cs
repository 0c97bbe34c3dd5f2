using System.Security.Cryptography;
using Microsoft.Extensions.Logging;
using Realtime.Redis.Scripts;
using StackExchange.Redis;

namespace Realtime.Redis.Sessions;

/// <summary>Says that this node lives, and finds out whether others do.</summary>
/// <remarks>
/// <para>Thread-safe; one renewal at a time is kept by <c>_renewing</c>.</para>
/// <para>
/// A node is known by its name and the number of its incarnation. A node that could not renew its lease in time, by its own monotonic clock or as Redis has it, may have lost any of its
/// sessions: it goes on as its next incarnation. So a lease that has run out once never comes back, and whoever has seen it run out may take what it stood for.
/// </para>
/// </remarks>
internal sealed class NodeLease : IAsyncDisposable
{
    private readonly SemaphoreSlim _renewing = new(1);
    private readonly RedisCalls _calls;
    private readonly SessionKeys _keys;
    private readonly RedisSessionOptions _options;
    private readonly TimeProvider _timeProvider;
    private readonly ILogger _logger;
    private readonly ITimer _timer;
    private volatile State _state;
    private bool _isDisposed;

    internal NodeLease(RedisCalls calls, SessionKeys keys, RedisSessionOptions options, TimeProvider timeProvider, ILogger logger)
    {
        _calls = calls;
        _keys = keys;
        _options = options;
        _timeProvider = timeProvider;
        _logger = logger;
        Name = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(12));
        _state = new State($"{Name}.0", 0, IsHeld: false, 0);
        _timer = timeProvider.CreateTimer(static state => _ = ((NodeLease)state!).RenewInBackgroundAsync(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <summary>Gets the name of this node, the same over all incarnations.</summary>
    internal string Name { get; }

    /// <summary>Gets the incarnation whose lease this node certainly holds; <see langword="null"/> when it is not certain of one.</summary>
    internal string? Certain => _state is { } state && IsFresh(state) ? state.Incarnation : null;

    /// <summary>Gets the name of the node of an incarnation.</summary>
    internal static string NodeOf(string incarnation) => incarnation[..incarnation.LastIndexOf('.')];

    /// <summary>Gets a lease that holds: the one there is, or a new one.</summary>
    internal async ValueTask<string> HoldAsync() => Certain ?? await RenewAsync().ConfigureAwait(false);

    /// <summary>Looks at the lease of a node.</summary>
    /// <returns>How often it was renewed and how long it still holds; <see langword="null"/> when it has run out.</returns>
    internal async ValueTask<(long Renewals, TimeSpan Left)?> ReadAsync(string incarnation)
    {
        RedisKey key = _keys.Lease(incarnation);
        RedisValueWithExpiry found = await _calls.CallAsync(database => database.StringGetWithExpiryAsync(key, CommandFlags.DemandMaster)).ConfigureAwait(false);
        return found.Value.IsNull ? null : ((long)found.Value, found.Expiry ?? TimeSpan.Zero);
    }

    public async ValueTask DisposeAsync()
    {
        await _renewing.WaitAsync().ConfigureAwait(false);
        try
        {
            _isDisposed = true;
            await _timer.DisposeAsync().ConfigureAwait(false);
            if (_state.IsHeld)
            {
                RedisKey key = _keys.Lease(_state.Incarnation);
                _state = _state with { IsHeld = false };
                await _calls.CallAsync(database => database.KeyDeleteAsync(key)).ConfigureAwait(false);
            }
        }
        catch (RedisUnavailableException)
        {
            // It runs out by itself.
        }
        finally
        {
            _renewing.Release();
        }
    }

    private async Task<string> RenewAsync()
    {
        await _renewing.WaitAsync().ConfigureAwait(false);
        try
        {
            ObjectDisposedException.ThrowIf(_isDisposed, this);
            State before = _state;
            long now = _timeProvider.GetTimestamp(); // before it is asked for: the lease begins later in Redis than here
            State state = IsFresh(before) && await SetAsync(before.Incarnation, before.Renewals + 1, When.Exists).ConfigureAwait(false)
                ? before with { Renewals = before.Renewals + 1, At = now }
                : await BeginAsync(before, now).ConfigureAwait(false);
            _state = state;
            _timer.Change(_options.LeaseRenewal, Timeout.InfiniteTimeSpan);
            return state.Incarnation;
        }
        finally
        {
            _renewing.Release();
        }
    }

    private async Task<State> BeginAsync(State before, long now)
    {
        int number = int.Parse(before.Incarnation.AsSpan(Name.Length + 1), System.Globalization.CultureInfo.InvariantCulture) + 1;
        if (before.IsHeld)
        {
            RedisSessionLog.LeaseLost(_logger, Name);
        }

        var state = new State($"{Name}.{number}", 0, IsHeld: true, now);
        await SetAsync(state.Incarnation, 0, When.Always).ConfigureAwait(false);
        return state;
    }

    private async Task<bool> SetAsync(string incarnation, long renewals, When when)
    {
        RedisKey key = _keys.Lease(incarnation);
        return await _calls.CallAsync(database => database.StringSetAsync(key, renewals, _options.Lease, when)).ConfigureAwait(false);
    }

    private async Task RenewInBackgroundAsync()
    {
        try
        {
            await RenewAsync().ConfigureAwait(false);
        }
        catch (ObjectDisposedException)
        {
            // No lease any more.
        }
#pragma warning disable CA1031 // Tried again until it works; meanwhile nothing is certain.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            RedisSessionLog.RenewalFailed(_logger, exception, Name);
            _timer.Change(_options.LeaseRenewal, Timeout.InfiniteTimeSpan);
        }
    }

    // A fifth less than the others wait: what runs late, and clocks that do not run at the same speed.
    private bool IsFresh(State state) => state.IsHeld && _timeProvider.GetElapsedTime(state.At) < _options.Lease * 0.8;

    private sealed record State(string Incarnation, long Renewals, bool IsHeld, long At);
}
