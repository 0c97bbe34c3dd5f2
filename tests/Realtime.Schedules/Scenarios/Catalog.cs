using Realtime.Core.Framing;
using Realtime.Schedules.Scheduling;

namespace Realtime.Schedules.Scenarios;

/// <summary>All scenarios, and the races that are planted in them: in each a lock statement of the code under test that excludes nobody.</summary>
internal static class Catalog
{
    internal static IReadOnlyDictionary<string, Func<Scenario>> Scenarios { get; } = new Dictionary<string, Func<Scenario>>
    {
        ["ack-table"] = static () => new AckTable(),
        ["ack-close"] = static () => new AckClose(),
        ["outbound-upgrade"] = static () => new OutboundUpgrade(),
        ["outbound-oldest"] = static () => new OutboundLimits(PacketShedding.Oldest),
        ["outbound-volatile"] = static () => new OutboundLimits(PacketShedding.Volatile),
        ["outbound-overflow"] = static () => new OutboundLimits(PacketShedding.Never),
        ["room-log-join"] = static () => new RoomLogJoin(),
        ["room-log-open"] = static () => new RoomLogOpen(),
        ["room-log-return"] = static () => new RoomLogReturn(isCut: false),
        ["room-log-cut"] = static () => new RoomLogReturn(isCut: true),
    };

    /// <summary>Gets the planted races, with the largest number of schedules that finding one may take.</summary>
    internal static IReadOnlyList<PlantedRace> Planted { get; } =
    [
        new("ack-table", "PendingAcks.TryAdd", 2000),
        new("ack-table", "PendingAcks.Complete", 500),
        new("ack-table", "PendingAcks.Close", 1000),
        new("outbound-upgrade", "OutboundQueue.Send", 100),
        new("outbound-upgrade", "OutboundQueue.TryBeginFlush", 1000),
        new("outbound-upgrade", "OutboundQueue.Switch", 1000),
        new("outbound-upgrade", "OutboundQueue.CloseIfDrained", 1000),
        new("outbound-oldest", "OutboundQueue.Flush", 1000),
        new("outbound-oldest", "OutboundQueue.EndSend", 1000),
        new("outbound-overflow", "OutboundQueue.TryBeginFlush", 500),
        new("room-log-join", "LocalBackplane.PublishInOrder", 100),
        new("room-log-join", "LocalBackplane.ReadAsync", 2000),
        new("room-log-join", "RoomOrder.Append", 2000),
        new("room-log-join", "RoomOrder.TryAdd", 2000),
        new("room-log-join", "RoomOrder.TakePass", 500),
        new("room-log-join", "RoomOrder.Remove", 1000),
        new("room-log-join", "Room.SendBacklog", 500),
        new("room-log-open", "LocalBackplane.OpenLogAsync", 1000),
        new("room-log-open", "RoomIndex.Link", 100),
    ];
}
