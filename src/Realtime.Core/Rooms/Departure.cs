namespace Realtime.Core.Rooms;

/// <summary>What somebody who left a room still has to get of the broadcasts that were waiting: those from one place in the queue up to another.</summary>
/// <remarks>Immutable.</remarks>
internal sealed record Departure(int From, int Until, Departure? Earlier)
{
    internal void Send(List<PendingBroadcast> broadcasts, Recipient recipient)
    {
        Earlier?.Send(broadcasts, recipient);
        for (int i = From; i < Until; i++)
        {
            broadcasts[i].SendTo(recipient);
        }
    }
}
