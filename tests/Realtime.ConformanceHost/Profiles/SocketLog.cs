using System.Collections.Concurrent;
using Realtime.Core.Connections;
using Realtime.Core.Namespaces;
using Realtime.Core.Protocol;

namespace Realtime.ConformanceHost.Profiles;

/// <summary>What has happened to one socket. It outlives the socket.</summary>
/// <remarks>Thread-safe.</remarks>
internal sealed class SocketLog
{
    private readonly ConcurrentQueue<object> _entries = new();

    internal IEnumerable<object> Entries => _entries;

    internal void Connected(bool recovered) => _entries.Enqueue(new { t = "connection", recovered });

    internal void Received(EventContext context) => _entries.Enqueue(new { t = "event", ev = context.EventName, args = context.Arguments, ack = context.WantsAck });

    internal void Sent(string eventName, EventArguments arguments) => _entries.Enqueue(new { t = "out", ev = eventName, args = arguments });

    internal void Disconnecting(CloseReason reason, IReadOnlyList<string> rooms) => _entries.Enqueue(new { t = "disconnecting", reason = reason.Text, rooms });

    internal void Disconnected(CloseReason reason) => _entries.Enqueue(new { t = "disconnect", reason = reason.Text });

    internal void Failed(Exception exception) => _entries.Enqueue(new { t = "error", message = exception.Message });
}
