namespace Realtime.Checker;

/// <summary>The fields that few records have: kept apart, so that the millions of records of deliveries stay small.</summary>
/// <remarks>Immutable.</remarks>
internal sealed record RareFields
{
    internal static RareFields None { get; } = new();

    internal string[]? Rooms { get; init; }

    internal string[]? Except { get; init; }

    internal string[]? ExceptRooms { get; init; }

    internal string? Old { get; init; }

    internal string? Owner { get; init; }

    internal string? Connection { get; init; }

    internal string? Name { get; init; }

    internal string? Phase { get; init; }

    internal string? Text { get; init; }

    internal string? Mode { get; init; }

    internal long? From { get; init; }

    internal long? To { get; init; }

    internal long? Number { get; init; }

    internal long? Fence { get; init; }

    internal long? Value { get; init; }

    internal long? Limit { get; init; }

    internal long? Slack { get; init; }

    internal long? Window { get; init; }

    internal bool? Recovered { get; init; }

    internal bool? Final { get; init; }

    internal bool? Kept { get; init; }

    internal bool? Once { get; init; }
}
