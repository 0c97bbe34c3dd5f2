using Realtime.Core.Backplane;
using Realtime.Core.Protocol;

namespace Realtime.Redis.Requests;

/// <summary>Sends what the sockets of this node answer to the node that has asked.</summary>
/// <remarks>Thread-safe.</remarks>
internal sealed class RelayedAnswers(Action<RequestKind, byte[]> send) : IBroadcastAnswers
{
    public void OnAsked(int sockets) => send(RequestKind.Answer, RequestFormat.Number(sockets));

    public void OnAnswer(EventArguments answer) => send(RequestKind.Ack, RequestFormat.Arguments(answer));
}
