using Realtime.Core.Backplane;
using Realtime.Core.Identifiers;

namespace Realtime.Redis.Backplane;

/// <summary>A publication with its places, as <c>publish.lua</c> writes it to logs and channels.</summary>
/// <remarks>Immutable. The order (0 without a number), the places in logs, where the logs of joined rooms stood, and the publication behind its length in four bytes.</remarks>
internal readonly record struct PlacedBlock(PublishResult Result, ReadOnlyMemory<byte> Body)
{
    internal static PlacedBlock Read(ref ByteReader input)
    {
        PublishResult result = ReadResult(ref input);
        return new PlacedBlock(result, input.Take(input.ReadInt32()));
    }

    /// <summary>Reads a block that is everything there is.</summary>
    internal static PlacedBlock Read(ReadOnlyMemory<byte> bytes)
    {
        var input = new ByteReader(bytes);
        return Read(ref input);
    }

    internal static PublishResult ReadResult(ref ByteReader input)
    {
        long order = input.ReadInt64();
        StreamOffset[] offsets = ReadPlaces(ref input);
        StreamOffset[] joined = ReadPlaces(ref input);
        return order == 0 ? PublishResult.Unnumbered : new PublishResult(offsets) { Order = order, Joined = joined };
    }

    internal static StreamOffset ReadPlace(ref ByteReader input) => new(input.ReadText(input.ReadUInt16()), input.ReadText(input.ReadByte()), input.ReadInt64());

    internal Publication Decode(NamespacePath path) => PublicationCodec.Decode(path, Body);

    private static StreamOffset[] ReadPlaces(ref ByteReader input)
    {
        int count = input.ReadUInt16();
        if (count == 0)
        {
            return [];
        }

        var places = new StreamOffset[count];
        for (int i = 0; i < count; i++)
        {
            places[i] = ReadPlace(ref input);
        }

        return places;
    }
}
