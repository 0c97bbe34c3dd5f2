using System.Collections.Concurrent;
using Realtime.Core.Protocol;

namespace Realtime.Core.Namespaces.Pipeline;

/// <summary>Runs the handlers of events that may run beside others of their socket, up to the degree of each event.</summary>
/// <remarks>
/// Thread-safe; what belongs to one socket is confined to its inbox, which starts one message at a time. A socket has an entry here from its first handler that was
/// not done at once until it disconnects.
/// </remarks>
internal sealed class ConcurrentHandlers(EventDispatcher dispatcher)
{
    private readonly ConcurrentDictionary<RealtimeSocket, List<Handling>> _running = new();

    /// <summary>Gets the number of sockets that have an entry.</summary>
    internal int Count => _running.Count;

    /// <summary>Starts the handler of a message.</summary>
    /// <returns>A task that completes when it has started, which it does as soon as fewer than the degree of its event run.</returns>
    internal ValueTask StartAsync(RealtimeSocket socket, in Packet packet, EventRoute route)
    {
        if (_running.TryGetValue(socket, out List<Handling>? running))
        {
            running.RemoveAll(static handling => handling.Task.IsCompleted);
            if (!HasRoom(running, route))
            {
                return WaitAsync(socket, packet.Detach(), route, running); // the bytes of the packet belong to others as soon as this returns
            }
        }

        Start(socket, in packet, route);
        return default;
    }

    /// <summary>Waits for all handlers of a socket that has ended.</summary>
    internal async ValueTask EndAsync(RealtimeSocket socket)
    {
        if (_running.TryRemove(socket, out List<Handling>? running))
        {
            await Task.WhenAll(running.Select(static handling => handling.Task)).ConfigureAwait(false);
        }
    }

    private static bool HasRoom(List<Handling> running, EventRoute route) => running.Count(handling => handling.Route == route) < route.Degree;

    private async ValueTask WaitAsync(RealtimeSocket socket, Packet packet, EventRoute route, List<Handling> running)
    {
        while (!HasRoom(running, route))
        {
            await Task.WhenAny(running.Where(handling => handling.Route == route).Select(static handling => handling.Task)).ConfigureAwait(false);
            running.RemoveAll(static handling => handling.Task.IsCompleted);
        }

        Start(socket, in packet, route);
    }

    // What runs here handles its own errors: a task in the list never fails.
    private void Start(RealtimeSocket socket, in Packet packet, EventRoute route)
    {
        ValueTask running = dispatcher.RunAsync(socket, in packet, route);
        if (!running.IsCompletedSuccessfully)
        {
            _running.GetOrAdd(socket, static _ => []).Add(new Handling(route, running.AsTask()));
        }
    }

    private readonly record struct Handling(EventRoute Route, Task Task);
}
