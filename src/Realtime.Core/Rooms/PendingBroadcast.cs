using Realtime.Core.Framing;
using Realtime.Core.Protocol;

namespace Realtime.Core.Rooms;

/// <summary>A broadcast that a room has not sent yet, and who does not get it. <paramref name="Copy"/> is its place in the log of the room, if the room keeps one.</summary>
internal readonly record struct PendingBroadcast(Broadcast Broadcast, Recipient? Sender, Exclusions? Excluded, NumberedCopy? Copy = null)
{
    internal bool HasExclusions => Sender is not null || Excluded is not null;

    /// <summary>Gets a value indicating whether everybody gets it who recovers: these go by their memberships, not by who is in the room at this moment.</summary>
    internal bool IsForAllThatRecover => Copy?.IsForAll ?? !HasExclusions;

    internal bool Excludes(Recipient recipient) => Sender == recipient || Excluded?.Contain(recipient) == true;

    /// <summary>Gets the packet in the form of a codec: with its number for those that recover.</summary>
    internal EncodedPacket For(IPacketCodec codec) => (codec is TailedPacketCodec && Copy is not null ? Copy.Broadcast : Broadcast).For(codec);

    internal void Retain()
    {
        Broadcast.Retain();
        Copy?.Broadcast.Retain();
    }

    internal void Release()
    {
        Broadcast.Release();
        Copy?.Broadcast.Release();
    }

    internal void SendTo(Recipient recipient)
    {
        if (Copy is not null && recipient is SequencedRecipient sequenced)
        {
            sequenced.Send(Copy);
            return;
        }

        if (Excludes(recipient))
        {
            return;
        }

        recipient.Deliver(Broadcast);
    }
}
