using System.Security.Claims;

namespace Realtime.Core.Authentication;

internal sealed class ClaimUserIdProvider : IUserIdProvider
{
    internal static ClaimUserIdProvider Instance { get; } = new();

    public string? GetUserId(ClaimsPrincipal user) => (user.FindFirst(ClaimTypes.NameIdentifier) ?? user.FindFirst("sub"))?.Value;
}
