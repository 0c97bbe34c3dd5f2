namespace Realtime.Core.Namespaces;

/// <summary>The kinds of changes to rooms.</summary>
public enum RoomChangeKind
{
    /// <summary>The room has its first member.</summary>
    Created,

    /// <summary>The last member has left.</summary>
    Deleted,

    /// <summary>A socket joined.</summary>
    Joined,

    /// <summary>A socket left.</summary>
    Left,
}
