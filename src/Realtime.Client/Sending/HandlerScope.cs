namespace Realtime.Client.Sending;

/// <summary>Tells whether code runs inside a handler of a namespace, across its awaits: what it asks the server must not wait for what comes behind it.</summary>
internal static class HandlerScope
{
    private static readonly AsyncLocal<object?> s_current = new();

    /// <summary>Marks the current flow, and all that it starts.</summary>
    internal static void Enter(object owner) => s_current.Value = owner;

    internal static bool IsInside(object owner) => ReferenceEquals(s_current.Value, owner);
}
