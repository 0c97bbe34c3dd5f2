using Realtime.Core.Backplane;

namespace Realtime.Redis.Backplane;

/// <summary>Where the log of a room stands, as <c>enter.lua</c> says.</summary>
/// <remarks>Immutable.</remarks>
/// <param name="Place">The room, its stream, and the last number.</param>
/// <param name="Continues">The streams that went on as this one, newest first.</param>
internal readonly record struct OpenedLog(StreamOffset Place, IReadOnlyList<string> Continues)
{
    internal static OpenedLog Read(ref ByteReader input)
    {
        StreamOffset place = PlacedBlock.ReadPlace(ref input);
        string before = input.ReadText(input.ReadUInt16());
        return new OpenedLog(place, [.. before.Split(';', StringSplitOptions.RemoveEmptyEntries).Select(static part => part[..part.IndexOf(':', StringComparison.Ordinal)])]);
    }
}
