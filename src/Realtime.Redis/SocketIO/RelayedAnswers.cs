using Realtime.Core.Backplane;
using Realtime.Core.Protocol;

namespace Realtime.Redis.SocketIO;

/// <summary>Sends what clients of this node answer to the node that asked.</summary>
/// <remarks>Thread-safe.</remarks>
internal sealed class RelayedAnswers(Action<int> sendCount, Action<EventArguments> sendAnswer) : IBroadcastAnswers
{
    public void OnAsked(int sockets) => sendCount(sockets);

    public void OnAnswer(EventArguments answer) => sendAnswer(answer);
}
