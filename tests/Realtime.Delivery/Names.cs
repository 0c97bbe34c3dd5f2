using System.Globalization;

namespace Realtime.Delivery;

/// <summary>Names in logs.</summary>
internal static class Names
{
    internal static string Client(int index) => string.Create(CultureInfo.InvariantCulture, $"c{index}");

    internal static string Room(int index) => string.Create(CultureInfo.InvariantCulture, $"room{index}");

    internal static bool IsShared(string room) => room.StartsWith("room", StringComparison.Ordinal) && room.Length <= 7;

    /// <summary>With what separates it from rooms of the same name in other namespaces.</summary>
    internal static string Logged(string room) => "/#" + room;

    internal static string[] Logged(IEnumerable<string> rooms) => [.. rooms.Select(Logged)];

    /// <summary>Every client is in one room, every second one in another as well.</summary>
    internal static string[] RoomsOf(int client, int rooms)
    {
        int first = client % rooms, second = ((client * 7) + 3) % rooms;
        return client % 2 == 0 || first == second ? [Room(first)] : [Room(first), Room(second)];
    }
}
