using System.Security.Claims;
using Realtime.Core.Connections;

namespace Realtime.AspNetCore.Authentication;

/// <summary>Holds every request of a connection to the user that opened it: who has learnt the id of a connection must not speak for its user.</summary>
internal static class UserContinuity
{
    /// <summary>Tells whether a later request may use a connection.</summary>
    /// <param name="opened">What opened the connection. Everybody who knows the id may use one that nobody in particular opened.</param>
    /// <param name="asks">Who sent the request.</param>
    internal static bool Holds(IHandshake opened, ClaimsPrincipal asks) =>
        opened.IsAnonymous || (asks.Identity?.IsAuthenticated == true && IdOf(opened.User) == IdOf(asks));

    private static string? IdOf(ClaimsPrincipal user) => (user.FindFirst(ClaimTypes.NameIdentifier) ?? user.FindFirst("sub"))?.Value ?? user.Identity?.Name;
}
