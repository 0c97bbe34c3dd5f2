namespace Realtime.Core.Limits;

/// <summary>What happens when a user opens one connection more than allowed.</summary>
public enum UserLimitPolicy
{
    /// <summary>The new connection is refused with the code <c>too_many_connections</c>; it stays open for other namespaces.</summary>
    RefuseNewest,

    /// <summary>The connection that the user has had for longest is closed, with the reason "replaced by a newer connection".</summary>
    CloseOldest,
}
