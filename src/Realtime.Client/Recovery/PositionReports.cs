using System.Buffers;
using System.Text.Json;
using Realtime.Client.Sending;
using Realtime.Core.Protocol;
using Realtime.Core.Sequencing;

namespace Realtime.Client.Recovery;

/// <summary>Tells the server how far the client has come in each stream (<c>$rt:pos</c>): after a number of events, and some time after one at the latest.</summary>
/// <remarks>Confined to the turn of its <see cref="StreamReceiver"/>; only the timer comes from elsewhere.</remarks>
internal sealed class PositionReports(RecoveryOptions options, SocketSender sender, TimeProvider timeProvider, Action onDue)
{
    private readonly HashSet<string> _changed = new(StringComparer.Ordinal);
    private OutgoingPacket? _last;
    private string[] _told = [];
    private ITimer? _timer;
    private int _count;

    /// <summary>Notes that a stream has moved on.</summary>
    /// <returns>Whether it is time to tell.</returns>
    internal bool Note(string stream)
    {
        _changed.Add(stream);
        if (++_count == 1)
        {
            _timer ??= timeProvider.CreateTimer(static due => ((Action)due!)(), onDue, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
            _timer.Change(options.ReportDelay, Timeout.InfiniteTimeSpan);
        }

        return _count >= options.ReportInterval;
    }

    /// <summary>Tells the server.</summary>
    internal void Send<T>(ReorderBuffer<T> streams)
    {
        if (_last is not null && sender.Outbox.Remove(_last))
        {
            _changed.UnionWith(_told); // it still waited, and this one takes its place: a network that takes nothing must not pile them up
        }

        (string Stream, long Offset)[] positions = [.. PositionsOf(streams)];
        Clear();
        if (positions.Length > 0)
        {
            _told = [.. positions.Select(static position => position.Stream)];
            _last = sender.TellNow("$rt:pos", new EventPayload(Write(positions), []));
        }
    }

    /// <summary>Forgets what was not told: on another connection all positions are told first.</summary>
    internal void Clear()
    {
        _last = null;
        _count = 0;
        _changed.Clear();
        _timer?.Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    private IEnumerable<(string Stream, long Offset)> PositionsOf<T>(ReorderBuffer<T> streams)
    {
        foreach (string stream in _changed)
        {
            if (streams.TryGetPosition(stream, out long offset))
            {
                yield return (stream, offset);
            }
        }
    }

    private static ReadOnlyMemory<byte> Write((string Stream, long Offset)[] positions)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using var json = new Utf8JsonWriter(buffer);
        json.WriteStartArray();
        json.WriteStringValue("$rt:pos"u8);
        json.WriteStartObject();
        foreach ((string stream, long offset) in positions)
        {
            json.WriteNumber(stream, offset);
        }

        json.WriteEndObject();
        json.WriteEndArray();
        json.Flush();
        return buffer.WrittenMemory;
    }
}
