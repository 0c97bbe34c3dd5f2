using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Realtime.Core.Authentication;

/// <summary>All that a server knows about authentication: who is asked, how long, how users are named, what was revoked.</summary>
/// <remarks>Thread-safe.</remarks>
internal sealed class Authenticators(
    IReadOnlyList<Func<IServiceProvider, IHandshakeAuthenticator>> factories,
    HandshakeAuthenticationOptions options,
    IUserIdProvider userIds,
    IServiceProvider services,
    TimeProvider timeProvider,
    ILogger logger)
{
    internal HandshakeAuthenticationOptions Options => options;

    internal IUserIdProvider UserIds => userIds;

    internal RevocationList Revocations { get; } = new(options, timeProvider);

    internal bool IsEmpty => factories.Count == 0;

    /// <summary>Asks one after the other until one has a result. Never fails.</summary>
    internal async ValueTask<AuthenticationResult> AuthenticateAsync(AuthenticationRequest request)
    {
        if (IsEmpty)
        {
            return AuthenticationResult.NoResult;
        }

        using var time = new CancellationTokenSource(options.Timeout, timeProvider);
        try
        {
            // The time counts also for one that does not look at its token.
            return await AskAsync(request, time.Token).AsTask().WaitAsync(time.Token).ConfigureAwait(false);
        }
#pragma warning disable CA1031 // One that throws refuses one client; what it threw is in the log, not on the wire.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            AuthenticationLog.AuthenticatorFailed(logger, exception, request.NamespaceName);
            return AuthenticationResult.Refuse(AuthenticationCodes.AuthenticationFailed);
        }
    }

    /// <summary>Looks at what nobody but the server knows: whether a ticket has ended or was revoked.</summary>
    /// <param name="ticket">The ticket.</param>
    /// <param name="userId">The id of its user.</param>
    /// <param name="proven">When it was shown.</param>
    /// <returns>Why it does not count; <see langword="null"/> when it does.</returns>
    internal string? Check(SocketTicket ticket, string? userId, DateTimeOffset proven)
    {
        if (ticket.ExpiresAt <= timeProvider.GetUtcNow())
        {
            return AuthenticationCodes.TokenExpired;
        }

        return Revocations.Contains(userId, ticket.TokenId, ticket.IssuedAt ?? proven) ? AuthenticationCodes.TokenRevoked : null;
    }

    internal string? UserIdOf(SocketTicket ticket) => ticket.UserId ?? userIds.GetUserId(ticket.User);

    /// <summary>Remembers a revocation, before the sessions that it is about are looked for: whoever is not found is refused by this.</summary>
    internal void Remember(Revocation revocation)
    {
        int forgotten = Revocations.Add(revocation);
        if (forgotten > 0)
        {
            AuthenticationLog.RevocationsForgotten(logger, forgotten);
        }
    }

    private async ValueTask<AuthenticationResult> AskAsync(AuthenticationRequest request, CancellationToken cancellationToken)
    {
        AsyncServiceScope scope = services.CreateAsyncScope();
        await using var ends = scope.ConfigureAwait(false);
        foreach (Func<IServiceProvider, IHandshakeAuthenticator> create in factories)
        {
            AuthenticationResult result = await create(scope.ServiceProvider).AuthenticateAsync(request, cancellationToken).ConfigureAwait(false);
            if (result.Ticket is not null || result.Code is not null)
            {
                return result;
            }
        }

        return AuthenticationResult.NoResult;
    }
}
