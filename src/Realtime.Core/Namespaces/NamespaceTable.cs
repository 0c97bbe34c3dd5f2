using System.Collections.Concurrent;
using Realtime.Core.Backplane;
using Realtime.Core.Identifiers;

namespace Realtime.Core.Namespaces;

/// <summary>The namespaces of a server: those with a name, and those that come into being when a client asks for a name that a pattern accepts.</summary>
/// <remarks>Thread-safe. A namespace with a name wins over a pattern; among patterns the first that accepts wins.</remarks>
internal sealed class NamespaceTable
{
    private readonly ConcurrentDictionary<string, Namespace> _namespaces = new(StringComparer.Ordinal);
    private readonly Lock _gate = new();
    private readonly NamespaceCatalog _catalog;
    private readonly NamespaceEnvironment _environment;
    private readonly INamespaceWatcher? _watcher;
    private readonly Dictionary<string, int> _candidates = [];

    internal NamespaceTable(NamespaceCatalog catalog, NamespaceEnvironment environment)
    {
        _catalog = catalog;
        _environment = environment;
        _watcher = environment.Backplane as INamespaceWatcher;
        foreach ((NamespacePath path, NamespaceDefinition definition) in catalog.Named)
        {
            Create(path, definition);
        }
    }

    internal IEnumerable<Namespace> All => _namespaces.Select(static pair => pair.Value);

    internal Namespace? Find(string name) => _namespaces.GetValueOrDefault(name);

    internal Namespace? Find(NamespacePath path) => _namespaces.GetValueOrDefault(path.Value);

    /// <summary>Finds the namespace that a client asks for, and makes it if a pattern accepts the name. <see cref="Release"/> it when the client is gone.</summary>
    internal async ValueTask<Namespace?> AcquireAsync(NamespacePath path, DynamicNamespaceRequest request)
    {
        if (Find(path) is { } existing)
        {
            return Hold(existing);
        }

        foreach ((Func<DynamicNamespaceRequest, ValueTask<bool>> accepts, NamespaceDefinition definition) in _catalog.Patterns)
        {
            if (await accepts(request).ConfigureAwait(false))
            {
                return Hold(GetOrCreate(path, definition));
            }
        }

        return null;
    }

    /// <summary>A client is gone or was refused: a namespace of a pattern that nobody is in any more may be removed.</summary>
    internal void Release(Namespace released)
    {
        lock (_gate)
        {
            int left = _candidates.GetValueOrDefault(released.Path.Value) - 1;
            _candidates[released.Path.Value] = left;
            if (left > 0 || !_catalog.CleanupEmptyChildNamespaces || _catalog.IsNamed(released.Path))
            {
                return;
            }

            _candidates.Remove(released.Path.Value);
            _namespaces.TryRemove(new KeyValuePair<string, Namespace>(released.Path.Value, released));
        }

        _watcher?.OnNamespaceChanged(released.Path);
    }

    private Namespace Hold(Namespace held)
    {
        lock (_gate)
        {
            _candidates[held.Path.Value] = _candidates.GetValueOrDefault(held.Path.Value) + 1;

            // It may have been removed between being found and being held.
            return _namespaces.GetOrAdd(held.Path.Value, held);
        }
    }

    private Namespace GetOrCreate(NamespacePath path, NamespaceDefinition definition)
    {
        lock (_gate)
        {
            if (Find(path) is { } existing)
            {
                return existing;
            }
        }

        return Create(path, definition);
    }

    private Namespace Create(NamespacePath path, NamespaceDefinition definition)
    {
        var created = new Namespace(path, definition, _environment);
        Namespace winner = _namespaces.GetOrAdd(path.Value, created);
        if (winner == created)
        {
            foreach (Action<RealtimeNamespace> listener in definition.Created)
            {
                listener(created.Public);
            }

            _watcher?.OnNamespaceChanged(path);
        }

        return winner;
    }
}
