using Realtime.Checker;

namespace Realtime.Delivery;

/// <summary>Writes down when the log of a room goes on under another stream, as this node learns it.</summary>
/// <remarks>Thread-safe.</remarks>
internal sealed class RoomStreams(DeliveryLog log)
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, string> _streams = new(StringComparer.Ordinal);
    private readonly HashSet<string> _seen = new(StringComparer.Ordinal); // who opened a log may say so late, when it has gone on
    private readonly HashSet<(string Old, bool IsEndKnown)> _told = [];

    /// <summary>The log of a room has this stream now.</summary>
    internal void Note(string room, string stream)
    {
        string? before;
        lock (_gate)
        {
            if (!_seen.Add(stream))
            {
                return;
            }

            before = _streams.GetValueOrDefault(room);
            _streams[room] = stream;
        }

        if (before is not null)
        {
            NoteRotation(room, before, null, stream);
        }
    }

    /// <summary>One stream went on as another.</summary>
    internal void NoteRotation(string room, string old, long? last, string next)
    {
        lock (_gate)
        {
            if (!_told.Add((old, last is not null)))
            {
                return;
            }
        }

        log.Add(Records.Rotate(Names.Logged(room), old, last, next));
    }
}
