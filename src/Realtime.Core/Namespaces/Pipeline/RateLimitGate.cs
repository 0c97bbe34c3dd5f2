using Realtime.Core.Connections;
using Realtime.Core.Diagnostics;
using Realtime.Core.Limits;
using Realtime.Core.Protocol;

namespace Realtime.Core.Namespaces.Pipeline;

/// <summary>Refuses events that come more often than a policy allows.</summary>
/// <remarks>Thread-safe. Chosen for a pattern of namespaces, all of them share it: who joins more of them may not send more.</remarks>
internal sealed class RateLimitGate : EventGate
{
    private readonly RateLimitPolicy _policy;
    private readonly NamespaceEnvironment _environment;
    private readonly RateLimitPartitions _partitions;

    private RateLimitGate(RateLimitPolicy policy, NamespaceEnvironment environment)
    {
        _policy = policy;
        _environment = environment;
        _partitions = environment.Limits.CreatePartitions(policy);
    }

    /// <summary>Makes the gate once, for all namespaces of a definition.</summary>
    internal static Func<NamespaceEnvironment, EventGate> Create(RateLimitPolicy policy)
    {
        var gate = new Lock();
        RateLimitGate? made = null;
        return environment =>
        {
            lock (gate)
            {
                return made ??= new RateLimitGate(policy, environment);
            }
        };
    }

    /// <summary>Looks at a client that asks to join a namespace.</summary>
    internal static Refusal? CheckJoin(ClientSession session, NamespaceEnvironment environment)
    {
        if (environment.Limits.Joins is not { } joins)
        {
            return null;
        }

        ConnectionRateLimits rates = RatesOf(session, environment);
        string? key = joins.Policy.Scope == RateLimitScope.Address ? rates.Address : null;
        if (rates.TryAcquire(joins, key, out TimeSpan? retryAfter))
        {
            return null;
        }

        CountRefusal(session, rates, environment);
        return Refusal.Of(ErrorCode.RateLimited, "Too many joins", retryAfter);
    }

    internal override EventRefusal? Check(RealtimeSocket socket, in Packet packet)
    {
        ClientSession session = socket.Session;
        ConnectionRateLimits rates = RatesOf(session, _environment);
        return rates.TryAcquire(_partitions, KeyOf(socket, rates), out TimeSpan? retryAfter) ? null : Refuse(session, rates, retryAfter);
    }

    /// <summary>Gets a value indicating whether the allowance is one of all servers. The own one has been asked before: it is as large, so what it refuses is refused everywhere.</summary>
    internal override bool AsksOthers => _policy.IsAcrossServers && _environment.Limits.Store is not null;

    internal override async ValueTask<EventRefusal?> AskAsync(RealtimeSocket socket)
    {
        ConnectionRateLimits rates = RatesOf(socket.Session, _environment);
        if (KeyOf(socket, rates) is not { } key)
        {
            return null;
        }

        try
        {
            RateLimitAnswer answer = await _environment.Limits.Store!.AcquireAsync(_policy, key, CancellationToken.None).ConfigureAwait(false);
            return answer.IsRefused ? Refuse(socket.Session, rates, answer.RetryAfter) : null;
        }
#pragma warning disable CA1031 // A store that breaks its promise stops nobody: the own allowance has decided.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            NamespaceLog.RateLimitStoreFailed(_environment.Logger, exception, _policy.Name);
            return null;
        }
    }

    private string? KeyOf(RealtimeSocket socket, ConnectionRateLimits rates) => _policy.Scope switch
    {
        RateLimitScope.User => socket.UserId is { Length: > 0 } userId ? userId : null,
        RateLimitScope.Address => rates.Address,
        _ => null,
    };

    private EventRefusal Refuse(ClientSession session, ConnectionRateLimits rates, TimeSpan? retryAfter)
    {
        CountRefusal(session, rates, _environment);
        return new EventRefusal(ErrorCode.RateLimited, $"The rate limit '{_policy.Name}' was exceeded.") { RetryAfter = retryAfter };
    }

    private static ConnectionRateLimits RatesOf(ClientSession session, NamespaceEnvironment environment) =>
        session.Budget.Rates ?? session.Budget.CreateRates(environment.Limits, session.Connection.Handshake.Address);

    private static void CountRefusal(ClientSession session, ConnectionRateLimits rates, NamespaceEnvironment environment)
    {
        if (environment.Limits.IsAbuse(rates))
        {
            NamespaceLog.Abuse(environment.Logger, session.Connection.Id);
            session.Connection.Close(CloseReason.RateLimited);
        }
    }
}
