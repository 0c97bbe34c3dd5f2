using System.Diagnostics.CodeAnalysis;
using System.Text;

namespace Realtime.Core.Namespaces;

/// <summary>The handlers of a namespace, by event.</summary>
/// <remarks>Immutable once the server has started.</remarks>
internal sealed class HandlerTable
{
    private readonly Dictionary<byte[], EventInvoker> _handlers = new(Utf8NameComparer.Instance);
    private readonly Dictionary<byte[], EventInvoker>.AlternateLookup<ReadOnlySpan<byte>> _lookup;

    internal HandlerTable() => _lookup = _handlers.GetAlternateLookup<ReadOnlySpan<byte>>();

    internal void Add(EventInvoker handler)
    {
        if (!_handlers.TryAdd(Encoding.UTF8.GetBytes(handler.EventName), handler))
        {
            throw new InvalidOperationException($"The event '{handler.EventName}' has a handler already. One event has one handler; call both from it.");
        }
    }

    internal bool TryFind(ReadOnlySpan<byte> utf8Name, [NotNullWhen(true)] out EventInvoker? handler) => _lookup.TryGetValue(utf8Name, out handler);
}
