using Realtime.Core.Protocol;

namespace Realtime.Core.Acks;

/// <summary>Somebody who waits for an acknowledgement. Told once per socket: an answer, or that none can come.</summary>
internal interface IAckWaiter
{
    void OnAck(EventArguments answer);

    void OnGone();
}
