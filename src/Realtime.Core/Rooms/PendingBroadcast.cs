namespace Realtime.Core.Rooms;

/// <summary>A broadcast that a room has not sent yet, and who does not get it.</summary>
internal readonly record struct PendingBroadcast(Broadcast Broadcast, Recipient? Sender, Exclusions? Excluded)
{
    internal bool HasExclusions => Sender is not null || Excluded is not null;

    internal bool Excludes(Recipient recipient) => Sender == recipient || Excluded?.Contain(recipient) == true;

    internal void SendTo(Recipient recipient)
    {
        if (Excludes(recipient))
        {
            return;
        }

        if (Broadcast.IsVolatile)
        {
            recipient.Outbound.SendVolatile(Broadcast.For(recipient.Codec));
        }
        else
        {
            recipient.Outbound.Send(Broadcast.For(recipient.Codec));
        }
    }
}
