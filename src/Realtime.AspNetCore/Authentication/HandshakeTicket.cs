using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Realtime.Core.Authentication;

namespace Realtime.AspNetCore.Authentication;

/// <summary>Finds the ticket that the opening request of a connection came with.</summary>
internal static class HandshakeTicket
{
    /// <summary>Reads it from what the authentication middleware found.</summary>
    /// <param name="context">The request.</param>
    /// <param name="expires">Whether it ends with the ticket of the request; <see langword="null"/>: unless that is a session that goes on with every other request.</param>
    /// <returns>The ticket; <see langword="null"/> when there is none, or none that ends.</returns>
    internal static async ValueTask<SocketTicket?> FindAsync(HttpContext context, bool? expires)
    {
        if (expires == false || context.Features.Get<IAuthenticateResultFeature>()?.AuthenticateResult is not { Succeeded: true, Ticket: { } ticket } || ticket.Properties.ExpiresUtc is not { } end)
        {
            return null;
        }

        if (expires is null && await IsSessionAsync(context, ticket.AuthenticationScheme).ConfigureAwait(false))
        {
            return null;
        }

        return new SocketTicket(context.User)
        {
            ExpiresAt = end,
            IssuedAt = ticket.Properties.IssuedUtc,
            TokenId = context.User.FindFirst("jti")?.Value,
        };
    }

    /// <summary>A scheme that can sign in, such as cookies, has sessions that slide: the end of the one that opened the connection says little.</summary>
    private static async ValueTask<bool> IsSessionAsync(HttpContext context, string scheme) =>
        context.RequestServices.GetService<IAuthenticationHandlerProvider>() is { } handlers
        && await handlers.GetHandlerAsync(context, scheme).ConfigureAwait(false) is IAuthenticationSignInHandler;
}
