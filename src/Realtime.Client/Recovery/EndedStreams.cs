using Realtime.Core.Sequencing;

namespace Realtime.Client.Recovery;

/// <summary>The streams that the client was told the end of, with their last positions: a server tells them by that from streams that the client has never heard of.</summary>
/// <remarks>Confined to the turn of its <see cref="StreamReceiver"/>. Bounded: when there are too many in an hour, the client begins anew at its next reconnect.</remarks>
internal sealed class EndedStreams(TimeProvider timeProvider)
{
    private const int MaxStreams = 4096;

    // Twice as long as a server may remember the end of a stay.
    private static readonly TimeSpan s_memory = TimeSpan.FromHours(1);

    private readonly Dictionary<string, (long Offset, long Ended)> _ended = new(StringComparer.Ordinal);

    internal IReadOnlyList<StreamPosition> Positions => [.. _ended.Select(static stream => new StreamPosition(stream.Key, stream.Value.Offset))];

    internal bool TryAdd(StreamPosition position)
    {
        if (_ended.Count >= MaxStreams)
        {
            foreach (string old in _ended.Where(stream => timeProvider.GetElapsedTime(stream.Value.Ended) > s_memory).Select(static stream => stream.Key).ToArray())
            {
                _ended.Remove(old);
            }
        }

        _ended[position.Stream] = (position.Offset, timeProvider.GetTimestamp());
        return _ended.Count <= MaxStreams;
    }

    /// <summary>Something of a stream that has ended is still handed over: what stood behind a hole.</summary>
    internal void Raise(string stream, long? offset)
    {
        if (offset is { } last && _ended.TryGetValue(stream, out (long Offset, long Ended) ended) && ended.Offset < last)
        {
            _ended[stream] = ended with { Offset = last };
        }
    }

    internal void Remove(string stream) => _ended.Remove(stream);

    internal void Clear() => _ended.Clear();
}
