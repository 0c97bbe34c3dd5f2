namespace Realtime.Core.Rooms;

/// <summary>One room of several: who gets a broadcast there, its members and whoever it is the private room of.</summary>
internal readonly record struct FanOutTarget(Room? Room, Recipient? Owner, PendingBroadcast Broadcast, Appended Appended);
