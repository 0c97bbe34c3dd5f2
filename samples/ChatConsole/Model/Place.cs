namespace ChatConsole.Model;

/// <summary>Where an entry stands in its room: by the life of the room, then by the number that the server gave it.</summary>
/// <param name="Life">Which life of the room: a restarted server numbers from 1 again.</param>
/// <param name="Id">The number of the message.</param>
/// <param name="After">How many notices stand between that message and this entry.</param>
public readonly record struct Place(int Life, long Id, int After)
{
    /// <summary>Gets the place of what has no number yet: at the end.</summary>
    public static Place End { get; } = new(int.MaxValue, 0, 0);

    public bool IsAfter(Place other) => (Life, Id, After).CompareTo((other.Life, other.Id, other.After)) > 0;
}
