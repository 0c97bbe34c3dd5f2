using Realtime.Core.Diagnostics;

namespace Realtime.Core.Rooms;

/// <summary>Tells meters and listeners what happens to rooms. Under no lock: listeners are the application's.</summary>
/// <remarks>Thread-safe.</remarks>
internal sealed class RoomReports(RealtimeMeter meter, IRoomObserver? observer)
{
    /// <summary>A recipient is in the namespace, and with it its private room.</summary>
    internal void Added(Recipient recipient)
    {
        observer?.RoomCreated(recipient.Id);
        observer?.Joined(recipient.Id, recipient);
    }

    internal void Removed(Recipient recipient)
    {
        observer?.Left(recipient.Id, recipient);
        observer?.RoomDeleted(recipient.Id);
    }

    internal void Joined(string name, Recipient recipient, bool created)
    {
        if (created)
        {
            meter.RoomCreated();
            observer?.RoomCreated(name);
        }

        observer?.Joined(name, recipient);
    }

    internal void Left(string name, Recipient recipient, bool deleted)
    {
        observer?.Left(name, recipient);
        if (deleted)
        {
            meter.RoomDeleted();
            observer?.RoomDeleted(name);
        }
    }
}
