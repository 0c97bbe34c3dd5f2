using System.Diagnostics.CodeAnalysis;
using System.Text;

namespace Realtime.Core.Namespaces.Pipeline;

/// <summary>Where the events of a namespace go, by name.</summary>
/// <remarks>Immutable.</remarks>
internal sealed class RouteTable
{
    private readonly Dictionary<byte[], EventRoute> _routes = new(Utf8NameComparer.Instance);
    private readonly Dictionary<byte[], EventRoute>.AlternateLookup<ReadOnlySpan<byte>> _lookup;

    internal RouteTable(IEnumerable<EventDefinition> definitions, NamespaceEnvironment environment)
    {
        _lookup = _routes.GetAlternateLookup<ReadOnlySpan<byte>>();
        foreach (EventDefinition definition in definitions)
        {
            if (!_routes.TryAdd(Encoding.UTF8.GetBytes(definition.Name), definition.Build(environment)))
            {
                throw new InvalidOperationException($"The event '{definition.Name}' has a handler already. One event has one handler; call both from it.");
            }
        }
    }

    internal bool TryFind(ReadOnlySpan<byte> utf8Name, [NotNullWhen(true)] out EventRoute? route) => _lookup.TryGetValue(utf8Name, out route);
}
