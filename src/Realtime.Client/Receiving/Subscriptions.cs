using System.Text;

namespace Realtime.Client.Receiving;

/// <summary>Who handles what in one namespace.</summary>
/// <remarks>Thread-safe. Copied on change, so that looking up takes no lock.</remarks>
internal sealed class Subscriptions
{
    private static readonly EventHandlerEntry[] s_none = [];

    private readonly Lock _gate = new();
    private Dictionary<string, EventHandlerEntry[]> _handlers = new(StringComparer.Ordinal);
    private EventHandlerEntry[] _catchAll = s_none;

    /// <summary>Gets the handlers of every event, in the order in which they were added.</summary>
    internal EventHandlerEntry[] CatchAll => Volatile.Read(ref _catchAll);

    /// <summary>Gets the handlers of an event, in the order in which they were added.</summary>
    internal EventHandlerEntry[] Of(string eventName) => Volatile.Read(ref _handlers).GetValueOrDefault(eventName, s_none);

    /// <summary>Makes text of the name of an event: of one that has handlers, without a new string each time.</summary>
    internal string NameOf(ReadOnlySpan<byte> utf8)
    {
        Span<char> characters = stackalloc char[256];
        return utf8.Length <= characters.Length
            && Encoding.UTF8.TryGetChars(utf8, characters, out int count)
            && Volatile.Read(ref _handlers).GetAlternateLookup<ReadOnlySpan<char>>().TryGetValue(characters[..count], out string? known, out _)
            ? known
            : Encoding.UTF8.GetString(utf8);
    }

    internal IDisposable Add(string eventName, EventHandlerEntry handler)
    {
        lock (_gate)
        {
            _handlers = new Dictionary<string, EventHandlerEntry[]>(_handlers, StringComparer.Ordinal) { [eventName] = [.. Of(eventName), handler] };
        }

        return new Subscription(() => Remove(eventName, handler));
    }

    internal IDisposable AddCatchAll(EventHandlerEntry handler)
    {
        lock (_gate)
        {
            _catchAll = [.. _catchAll, handler];
        }

        return new Subscription(() =>
        {
            lock (_gate)
            {
                _catchAll = [.. _catchAll.Where(other => other != handler)];
            }
        });
    }

    internal void Remove(string eventName, EventHandlerEntry handler)
    {
        lock (_gate)
        {
            EventHandlerEntry[] left = [.. Of(eventName).Where(other => other != handler)];
            var handlers = new Dictionary<string, EventHandlerEntry[]>(_handlers, StringComparer.Ordinal);
            if (left.Length > 0)
            {
                handlers[eventName] = left;
            }
            else
            {
                handlers.Remove(eventName);
            }

            _handlers = handlers;
        }
    }
}
