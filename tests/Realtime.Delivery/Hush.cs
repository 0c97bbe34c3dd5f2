using System.Globalization;

namespace Realtime.Delivery;

/// <summary>Half of the rooms, in which nobody says anything while it is on.</summary>
/// <remarks>Thread-safe.</remarks>
internal sealed class Hush(int rooms)
{
    private volatile bool _isOn;

    internal bool IsOn { get => _isOn; set => _isOn = value; }

    internal IEnumerable<string> Rooms => Enumerable.Range(0, rooms).Select(Names.Room).Where(IsQuiet);

    internal bool Covers(string room) => _isOn && IsQuiet(room);

    private static bool IsQuiet(string room) => int.Parse(room.AsSpan(Names.Room(0).Length - 1), CultureInfo.InvariantCulture) % 2 == 0;
}
