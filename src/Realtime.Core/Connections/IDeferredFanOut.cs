namespace Realtime.Core.Connections;

/// <summary>A room with publications that wait for the end of a <see cref="FlushScope"/>.</summary>
internal interface IDeferredFanOut
{
    /// <summary>Sends what waits to all members.</summary>
    void Flush();

    /// <summary>Hands what waits to one member at once, so that something sent to it directly cannot overtake it.</summary>
    /// <param name="member">The member, as the floor above knows it. Somebody who is no member gets nothing.</param>
    void CatchUp(object member);

    /// <summary>Returns when a publication has been handed to all members, or, where these are served in the background, to one of them.</summary>
    /// <param name="number">The number of the publication in the room.</param>
    /// <param name="member">The member that something is about to be sent to directly.</param>
    void EnsureSent(long number, object member);

    /// <summary>Lets what waits be sent later, by another thread. What is published to this room meanwhile rides along, and what is sent to one member directly goes behind.</summary>
    /// <returns>What sends it when it is disposed of, once; <see langword="null"/> when that is not possible, or not worth it.</returns>
    IDisposable? TryDefer();
}
