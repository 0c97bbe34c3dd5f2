namespace Realtime.Core.Rooms;

/// <summary>Told about rooms after something changed, under no lock.</summary>
internal interface IRoomObserver
{
    void RoomCreated(string room);

    void RoomDeleted(string room);

    void Joined(string room, Recipient recipient);

    void Left(string room, Recipient recipient);
}
