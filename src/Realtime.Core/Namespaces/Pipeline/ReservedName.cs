using Realtime.Core.Diagnostics;
using Realtime.Core.Protocol;

namespace Realtime.Core.Namespaces.Pipeline;

/// <summary>Refuses events of clients whose names belong to this library. Asked for events without a handler only: no handler can have such a name.</summary>
internal static class ReservedName
{
    private static readonly EventRefusal s_refusal = new(ErrorCode.ReservedEvent, "Names that begin with $rt: belong to the protocol.");

    internal static EventRefusal? Check(in Packet packet) => packet.EventName.Span.StartsWith("$rt:"u8) ? s_refusal : null;
}
