using Realtime.Core.Acks;
using Realtime.Core.Backplane;
using Realtime.Core.Protocol;

namespace Realtime.Core.Namespaces;

/// <summary>Adds what comes back from other nodes to a request of this one.</summary>
/// <remarks>Thread-safe.</remarks>
internal sealed class RemoteAnswers(BroadcastAckRequest request) : IBroadcastAnswers
{
    public void OnAsked(int sockets) => request.Expect(sockets);

    public void OnAnswer(EventArguments answer) => request.OnAck(answer);
}
