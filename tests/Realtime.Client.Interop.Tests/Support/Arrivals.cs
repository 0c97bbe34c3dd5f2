using System.Threading.Channels;
using Realtime.Contracts;
using Realtime.Core.Protocol;

namespace Realtime.Client.Interop.Tests.Support;

/// <summary>What has arrived at a handler, in order.</summary>
/// <remarks>Confined to its test.</remarks>
internal sealed class Arrivals<T>
{
    private readonly Channel<T> _items = Channel.CreateUnbounded<T>();

    /// <summary>Notes an arrival.</summary>
    internal void Add(T item) => _items.Writer.TryWrite(item);

    internal async Task<T> NextAsync() => await _items.Reader.ReadAsync(Bounded.Token());

    internal async Task<List<T>> TakeAsync(int count)
    {
        List<T> taken = [];
        while (taken.Count < count)
        {
            taken.Add(await NextAsync());
        }

        return taken;
    }

    /// <summary>Takes what is there by now, without waiting.</summary>
    internal List<T> TakeAll()
    {
        List<T> taken = [];
        while (_items.Reader.TryRead(out T? item))
        {
            taken.Add(item);
        }

        return taken;
    }
}

/// <summary>Notes what arrives at sockets.</summary>
internal static class Arrivals
{
    internal static Arrivals<T> Of<T>(ClientSocket socket, RealtimeEvent<T> what)
    {
        var arrivals = new Arrivals<T>();
        socket.On(what, (T payload) => arrivals.Add(payload));
        return arrivals;
    }

    /// <summary>Notes every event as the JSON array that it was.</summary>
    internal static Arrivals<string> OfAny(ClientSocket socket)
    {
        var arrivals = new Arrivals<string>();
        socket.OnAny(context =>
        {
            arrivals.Add($"{context.EventName}[{string.Join(',', context.Arguments.Select(Text))}]");
            return default;
        });
        return arrivals;
    }

    private static string Text(EventArgument argument) => argument.TryGetBinary(out ReadOnlyMemory<byte> bytes)
        ? $"<{Convert.ToHexString(bytes.Span)}>"
        : System.Text.Encoding.UTF8.GetString(argument.Json.Span);
}
