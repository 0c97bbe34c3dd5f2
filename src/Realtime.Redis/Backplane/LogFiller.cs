using Microsoft.Extensions.Logging;
using Polly;
using Realtime.Core.Identifiers;
using StreamPosition = Realtime.Core.Sequencing.StreamPosition;

namespace Realtime.Redis.Backplane;

/// <summary>Reads from the logs what this node has missed, and places it in the order in which it was numbered.</summary>
/// <remarks>
/// Confined to the task of <see cref="MessageReader"/>. Everything that was numbered up to one moment is read, what came later arrives in the channel. Where a log has lost some of it, or goes on
/// under another stream, the members of the room read it themselves: they know what each of them has.
/// </remarks>
internal sealed class LogFiller(NamespacePath path, FollowedRooms rooms, RoomRegistry registry, NamespaceScripts scripts, ResiliencePipeline patient, ILogger logger)
{
    private const int PageSize = 500;

    /// <summary>Fills everything that is missing. Tries until it can.</summary>
    /// <returns>The number of the message up to which nothing is missing now; <see langword="null"/> when the node stops.</returns>
    internal async Task<long?> FillAsync(CancellationToken stopping)
    {
        try
        {
            return await patient.ExecuteAsync(async _ => await FillAllAsync().ConfigureAwait(false), stopping).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            return null;
        }
    }

    private async Task<long> FillAllAsync()
    {
        IReadOnlyList<string> names = rooms.Names;
        RedisBackplaneLog.Filling(logger, path.Value, names.Count);
        Registration? first = null;
        var missing = new SortedDictionary<long, PlacedBlock>();
        var jumps = new List<(OpenedLog Log, long Order)>();
        foreach (string[] part in names.Chunk(RoomRegistry.MaxRoomsOfCall).DefaultIfEmpty([]))
        {
            Registration registration = await registry.RegisterAsync(part).ConfigureAwait(false);
            first ??= registration;
            foreach (Comparison compared in await Task.WhenAll(registration.Logs.Select(log => CompareAsync(log, first.Order, registration.Order))).ConfigureAwait(false))
            {
                foreach (PlacedBlock block in compared.Missing)
                {
                    missing[block.Result.Order] = block;
                }

                if (compared.Jumps)
                {
                    jumps.Add((compared.Log, registration.Order));
                }
            }
        }

        foreach ((OpenedLog log, long order) in jumps)
        {
            rooms.Jump(log.Place.Room, PositionOf(log), order, log.Continues);
        }

        foreach (PlacedBlock block in missing.Values)
        {
            await PlaceAsync(block).ConfigureAwait(false);
        }

        RedisBackplaneLog.Filled(logger, path.Value, missing.Count, jumps.Count);
        return first!.Mark;
    }

    // As with what comes in the channel: what fails, or is of a version that is not known here, holds up nothing behind it.
    private async Task PlaceAsync(PlacedBlock block)
    {
        try
        {
            if (rooms.Place(in block) is { } placed)
            {
                await placed.SendAsync().ConfigureAwait(false);
            }
        }
#pragma warning disable CA1031 // It is in the log.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            RedisBackplaneLog.MessageFailed(logger, exception, path.Value);
        }
    }

    private static StreamPosition PositionOf(OpenedLog log) => new(log.Place.Stream, log.Place.Offset);

    // All logs at once: a connection to Redis carries their reads one behind the other, so many rooms wait for one round trip.
    private async Task<Comparison> CompareAsync(OpenedLog log, long order, long read)
    {
        if (rooms.HeadOf(log.Place.Room) is not { } here)
        {
            rooms.Adopt(log, read);
            return new Comparison(log, [], Jumps: false);
        }

        StreamPosition position = PositionOf(log);
        var missing = new List<PlacedBlock>();
        bool isWhole = here.Position.Stream == position.Stream;
        long at = here.Position.Offset;
        while (isWhole && at < position.Offset)
        {
            LogPart? part = await scripts.ReadAsync(log.Place.Room, position with { Offset = at }, PageSize, position.Offset).ConfigureAwait(false);
            isWhole = part is { IsKnown: true } && part.Blocks.Count > 0 && part.Blocks[0].Offset == at + 1;
            foreach ((long offset, PlacedBlock block) in isWhole ? part!.Blocks : [])
            {
                at = offset;
                if (block.Result.Order > order)
                {
                    return new Comparison(log, missing, Jumps: false); // arrives in the channel
                }

                missing.Add(block);
            }
        }

        return new Comparison(log, missing, Jumps: !isWhole);
    }

    /// <summary>What this node has missed of a log.</summary>
    /// <param name="Log">The log.</param>
    /// <param name="Missing">What is to be placed.</param>
    /// <param name="Jumps">Whether some of it is not to be had: then the log goes on from its head.</param>
    private sealed record Comparison(OpenedLog Log, IReadOnlyList<PlacedBlock> Missing, bool Jumps);
}
