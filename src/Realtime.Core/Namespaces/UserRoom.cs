namespace Realtime.Core.Namespaces;

/// <summary>The room that all sockets of a user are in. The prefix keeps it apart from rooms of the application.</summary>
internal static class UserRoom
{
    internal static string Of(string userId)
    {
        ArgumentException.ThrowIfNullOrEmpty(userId);
        return "$user:" + userId;
    }
}
