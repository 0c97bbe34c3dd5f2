using System.Text.Json;
using Realtime.Core.Protocol;
using Realtime.Core.Sequencing;

namespace Realtime.Core.Namespaces.Recovery;

/// <summary>How far a client has got in each stream, as it has reported, and whether it is being sent something again.</summary>
/// <remarks>Guarded by <c>_gate</c>. Bounded by <see cref="RecoveryRequest.MaxPositions"/>: what is beyond is not noted.</remarks>
internal sealed class ReachedPositions
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, long> _offsets = new(StringComparer.Ordinal);
    private int _isResending;

    /// <summary>The client asks for something once more: one such request at a time.</summary>
    internal bool TryBeginResend() => Interlocked.Exchange(ref _isResending, 1) == 0;

    internal void EndResend() => Volatile.Write(ref _isResending, 0);

    /// <summary>Reads a report, <c>$rt:pos</c>. What is no position in it is passed over.</summary>
    internal void Read(in Packet packet)
    {
        EventArguments arguments = EventArguments.From(in packet);
        if (arguments.Count == 0)
        {
            return;
        }

        try
        {
            using JsonDocument document = JsonDocument.Parse(arguments[0].Json);
            Read(document.RootElement);
        }
        catch (JsonException)
        {
            // deeper than any report
        }
    }

    private void Read(JsonElement report)
    {
        if (report.ValueKind != JsonValueKind.Object)
        {
            return;
        }

        foreach (JsonProperty position in report.EnumerateObject())
        {
            if (position.Name.Length <= StreamPosition.MaxStreamLength && position.Value.ValueKind == JsonValueKind.Number && position.Value.TryGetInt64(out long offset))
            {
                Raise(new StreamPosition(position.Name, offset));
            }
        }
    }

    /// <summary>Notes a position. One never sinks.</summary>
    private void Raise(StreamPosition position)
    {
        lock (_gate)
        {
            if (_offsets.Count < RecoveryRequest.MaxPositions || _offsets.ContainsKey(position.Stream))
            {
                _offsets[position.Stream] = Math.Max(position.Offset, _offsets.GetValueOrDefault(position.Stream));
            }
        }
    }

    /// <summary>Forgets a stream that is over.</summary>
    internal void Forget(string stream)
    {
        lock (_gate)
        {
            _offsets.Remove(stream);
        }
    }

    /// <summary>Gets how far the client has got; 0 when nothing was reported.</summary>
    internal long Of(string stream)
    {
        lock (_gate)
        {
            return _offsets.GetValueOrDefault(stream);
        }
    }
}
