using System.Collections.Concurrent;

namespace Realtime.Core.Namespaces;

/// <summary>What the application keeps with a socket, by type: one item of each type.</summary>
/// <remarks>Thread-safe.</remarks>
public sealed class SocketItems
{
    private readonly ConcurrentDictionary<Type, object> _items = new();

    /// <summary>Keeps an item, in place of an earlier one of its type.</summary>
    /// <typeparam name="T">The type that it goes by.</typeparam>
    /// <param name="item">The item.</param>
    public void Set<T>(T item)
        where T : notnull => _items[typeof(T)] = item;

    /// <summary>Gets an item.</summary>
    /// <typeparam name="T">The type that it goes by.</typeparam>
    /// <returns>The item, or the default of its type.</returns>
    public T? Get<T>() => _items.TryGetValue(typeof(T), out object? item) ? (T)item : default;

    /// <summary>Gets an item that has to be there.</summary>
    /// <typeparam name="T">The type that it goes by.</typeparam>
    /// <returns>The item.</returns>
    /// <exception cref="KeyNotFoundException">There is none of this type.</exception>
    public T Require<T>() => _items.TryGetValue(typeof(T), out object? item)
        ? (T)item
        : throw new KeyNotFoundException($"The socket has no item of type {typeof(T)}. Set it in a middleware of the namespace.");

    /// <summary>Removes an item.</summary>
    /// <typeparam name="T">The type that it goes by.</typeparam>
    /// <returns>Whether there was one.</returns>
    public bool Remove<T>() => _items.TryRemove(typeof(T), out _);
}
