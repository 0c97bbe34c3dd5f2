using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using Realtime.Core.Backplane;
using Realtime.Core.Hosting;
using Realtime.Redis.Scripts;
using StackExchange.Redis;

namespace Realtime.Redis.Nodes;

/// <summary>Where the servers of a cluster reach each other, in Redis: <c>&lt;prefix&gt;:node:&lt;name&gt;</c> holds the address, and expires unless its node renews it.</summary>
/// <remarks>Thread-safe.</remarks>
internal sealed class RedisNodeAddresses : INodeAddresses, IAsyncDisposable
{
    /// <summary>As long as a node that died is found. Whoever asks it meanwhile is refused by its machine, and takes it for gone.</summary>
    private static readonly TimeSpan s_expiry = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan s_renewal = TimeSpan.FromSeconds(10);

    private const int MaxNameLength = 64;

    private readonly ConcurrentDictionary<string, string> _own = new(StringComparer.Ordinal);
    private readonly RedisCalls _calls;
    private readonly string _prefix;
    private readonly ILogger _logger;
    private readonly ITimer _timer;

    internal RedisNodeAddresses(RedisCalls calls, string prefix, TimeProvider timeProvider, ILogger logger)
    {
        (_calls, _prefix, _logger) = (calls, prefix, logger);
        _timer = timeProvider.CreateTimer(static state => _ = ((RedisNodeAddresses)state!).RenewAsync(), this, s_renewal, s_renewal);
    }

    public async ValueTask AnnounceAsync(string node, Uri address, CancellationToken cancellationToken)
    {
        ArgumentException.ThrowIfNullOrEmpty(node);
        ArgumentNullException.ThrowIfNull(address);
        _own[node] = address.AbsoluteUri;
        try
        {
            await WriteAsync(node, address.AbsoluteUri).AsTask().WaitAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (RedisUnavailableException exception)
        {
            throw new BackplaneUnavailableException("The address of this node could not be told to the others: Redis is not available.", exception);
        }
    }

    public async ValueTask WithdrawAsync(string node, CancellationToken cancellationToken)
    {
        _own.TryRemove(node, out _);
        try
        {
            await _calls.CallAsync(database => database.KeyDeleteAsync(KeyOf(node))).AsTask().WaitAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (RedisUnavailableException exception)
        {
            NodesLog.NotRenewed(_logger, exception); // it expires by itself
        }
    }

    public async ValueTask<Uri?> FindAsync(string node, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(node);
        if (node.Length is 0 or > MaxNameLength)
        {
            return null;
        }

        try
        {
            RedisValue address = await _calls.CallAsync(database => database.StringGetAsync(KeyOf(node))).AsTask().WaitAsync(cancellationToken).ConfigureAwait(false);
            return Uri.TryCreate(address, UriKind.Absolute, out Uri? found) ? found : null;
        }
        catch (RedisUnavailableException exception)
        {
            NodesLog.NotFound(_logger, exception);
            return null;
        }
    }

    public ValueTask DisposeAsync() => _timer.DisposeAsync();

    private RedisKey KeyOf(string node) => $"{_prefix}:node:{node}";

    private async ValueTask WriteAsync(string node, string address) =>
        await _calls.CallAsync(database => database.StringSetAsync(KeyOf(node), address, s_expiry)).ConfigureAwait(false);

    private async Task RenewAsync()
    {
        foreach ((string node, string address) in _own)
        {
            try
            {
                await WriteAsync(node, address).ConfigureAwait(false);
                if (!_own.ContainsKey(node))
                {
                    await WithdrawAsync(node, CancellationToken.None).ConfigureAwait(false); // withdrawn meanwhile
                }
            }
            catch (RedisUnavailableException exception)
            {
                NodesLog.NotRenewed(_logger, exception);
            }
        }
    }
}
