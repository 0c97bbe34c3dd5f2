using Realtime.Core.Protocol;

namespace Realtime.Core.Backplane;

/// <summary>Told what comes back for an event that asks many for acknowledgements.</summary>
/// <remarks>Thread-safe. Its members return at once.</remarks>
public interface IBroadcastAnswers
{
    /// <summary>A node has sent the event. Told once by each node that was asked, also by one that had nobody to send it to.</summary>
    /// <param name="sockets">To how many sockets.</param>
    void OnAsked(int sockets);

    /// <summary>A socket has answered. It may be told before the number of its node.</summary>
    /// <param name="answer">The answer.</param>
    void OnAnswer(EventArguments answer);
}
