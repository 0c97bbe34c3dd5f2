using Realtime.Core.Identifiers;

namespace Realtime.Core.Namespaces;

/// <summary>What the application said about the namespaces of a server.</summary>
/// <remarks>Immutable once the server has started.</remarks>
internal sealed class NamespaceCatalog
{
    private readonly Dictionary<string, NamespaceDefinition> _named = [];

    internal IEnumerable<(NamespacePath Path, NamespaceDefinition Definition)> Named =>
        _named.Select(static pair => (NamespacePath.Parse(pair.Key), pair.Value));

    internal List<(Func<DynamicNamespaceRequest, ValueTask<bool>> Accepts, NamespaceDefinition Definition)> Patterns { get; } = [];

    internal bool CleanupEmptyChildNamespaces { get; set; }

    internal bool IsNamed(NamespacePath path) => _named.ContainsKey(path.Value);

    /// <summary>Gets the definition of a namespace; a second call for the same name adds to the first.</summary>
    internal NamespaceDefinition GetOrAdd(string name)
    {
        NamespacePath path = NamespacePath.Parse(name);
        if (!_named.TryGetValue(path.Value, out NamespaceDefinition? definition))
        {
            _named[path.Value] = definition = new NamespaceDefinition();
        }

        return definition;
    }
}
