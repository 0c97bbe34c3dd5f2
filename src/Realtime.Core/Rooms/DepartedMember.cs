namespace Realtime.Core.Rooms;

/// <summary>Somebody who left a room while broadcasts were waiting that it still gets: those from <paramref name="First"/> up to, without, <paramref name="End"/>.</summary>
internal readonly record struct DepartedMember(Recipient Recipient, int First, int End);
