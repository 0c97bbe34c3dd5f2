using Realtime.Core.Backplane;
using StackExchange.Redis;
using StreamPosition = Realtime.Core.Sequencing.StreamPosition;

namespace Realtime.Redis.Backplane;

/// <summary>A part of the log of a room, as <c>read.lua</c> returns it.</summary>
/// <remarks>Immutable.</remarks>
/// <param name="Head">The stream that the log has now, and its last number.</param>
/// <param name="First">The first number that is kept of the stream that was asked for; of the present one when that is unknown.</param>
/// <param name="Ended">Where the stream that was asked for has ended, when it is known how it goes on.</param>
/// <param name="Blocks">The entries.</param>
internal sealed record LogPart(StreamPosition Head, long First, EndedStream? Ended, IReadOnlyList<(long Offset, PlacedBlock Block)> Blocks)
{
    private const int HeaderLength = 5;

    /// <summary>Gets a value indicating whether the stream that was asked for is one that the log has or had.</summary>
    internal required bool IsKnown { get; init; }

    /// <summary>Takes away what nobody with a key has written: it counts as lost. Behind an entry that is lost the part ends, unless it begins with it.</summary>
    internal LogPart Verify(MessageSeal seal)
    {
        var verified = new List<(long Offset, PlacedBlock Block)>(Blocks.Count);
        foreach ((long offset, PlacedBlock block) in Blocks)
        {
            if (seal.Open(MessageSeal.Publication, block.Body) is { } body)
            {
                verified.Add((offset, block with { Body = body }));
            }
            else if (verified.Count > 0)
            {
                break;
            }
        }

        return this with { Blocks = verified };
    }

    internal static LogPart Read(RedisResult[] reply, string asked)
    {
        var head = new StreamPosition((string)reply[0]!, (long)reply[1]);
        EndedStream? ended = (string)reply[3]! is { Length: > 0 } ? new EndedStream((long)reply[3], (string)reply[4]!) : null;
        var blocks = new List<(long Offset, PlacedBlock Block)>((reply.Length - HeaderLength) / 2);
        for (int i = HeaderLength; i < reply.Length; i += 2)
        {
            blocks.Add(((long)reply[i], PlacedBlock.Read((byte[])reply[i + 1]!)));
        }

        return new LogPart(head, (long)reply[2], ended, blocks) { IsKnown = head.Stream == asked || ended is not null };
    }
}
