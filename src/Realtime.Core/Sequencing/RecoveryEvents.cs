using System.Globalization;
using System.Text;

namespace Realtime.Core.Sequencing;

/// <summary>The events of the recovery extension that go from the server to the client: <c>docs/protocol/recovery.md</c>.</summary>
internal static class RecoveryEvents
{
    // Ids of streams are URL-safe characters, so nothing has to be escaped.

    /// <summary>Announces a stream: the next event is the one behind the position.</summary>
    internal static ReadOnlyMemory<byte> At(StreamPosition position) => Encode($"[\"$rt:at\",\"{position}\"]");

    /// <summary>Announces a stream that another one goes on as.</summary>
    /// <param name="position">Where it begins.</param>
    /// <param name="replaced">The id of the other.</param>
    /// <param name="last">The last number of the other; <see langword="null"/> when nobody knows.</param>
    internal static ReadOnlyMemory<byte> At(StreamPosition position, string replaced, long? last) =>
        Encode($"[\"$rt:at\",\"{position}\",\"{replaced}\",{Number(last)}]");

    /// <summary>Gives a client of Socket.IO's own recovery something to show when it comes back.</summary>
    internal static ReadOnlyMemory<byte> Start(long mark) => Encode($"[\"$rt:start\",\"~{Number(mark)}\"]");

    /// <summary>Says that the session has left a room.</summary>
    internal static ReadOnlyMemory<byte> End(string stream) => Encode($"[\"$rt:end\",\"{stream}\"]");

    /// <summary>Says that everything up to a position that has not come is not for this client.</summary>
    internal static ReadOnlyMemory<byte> Skip(StreamPosition position) => Encode($"[\"$rt:skip\",\"{position}\"]");

    /// <summary>Says that some numbers are lost: without an end, that some may be, and nobody knows how many.</summary>
    internal static ReadOnlyMemory<byte> Gap(string stream, long from, long? to) => Encode($"[\"$rt:gap\",\"{stream}\",{Number(from)},{Number(to)}]");

    /// <summary>Says that the server is about to stop, and after how many milliseconds to come back.</summary>
    internal static ReadOnlyMemory<byte> Away(long after) => Encode($"[\"$rt:away\",{{\"after\":{Number(after)}}}]");

    private static string Number(long? value) => value?.ToString(CultureInfo.InvariantCulture) ?? "null";

    private static byte[] Encode(string text) => Encoding.ASCII.GetBytes(text);
}
