using Realtime.Core.Protocol;

namespace Realtime.Core.Namespaces.Pipeline;

/// <summary>A check that an event passes before anything is read from its payload.</summary>
/// <remarks>Thread-safe. It runs for every event: it must be quick and allocate nothing for one that passes.</remarks>
internal abstract class EventGate
{
    /// <summary>Looks at an event.</summary>
    /// <returns>Why it is refused; <see langword="null"/> when it passes.</returns>
    internal abstract EventRefusal? Check(RealtimeSocket socket, in Packet packet);

    /// <summary>Gets a value indicating whether others have to be asked about an event that has passed here.</summary>
    internal virtual bool AsksOthers => false;

    /// <summary>Asks others about an event that has passed <see cref="Check"/>. Never fails.</summary>
    /// <returns>Why it is refused; <see langword="null"/> when it passes.</returns>
    internal virtual ValueTask<EventRefusal?> AskAsync(RealtimeSocket socket) => default;
}
