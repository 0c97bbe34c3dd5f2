namespace Realtime.Checker;

/// <summary>One line of a log. Which fields a kind has stands in the README of this project; <see cref="Records"/> makes the usual ones.</summary>
/// <remarks>Immutable.</remarks>
/// <param name="Kind">What it tells.</param>
public sealed record LogRecord(RecordKind Kind)
{
    private RareFields _rare = RareFields.None;

    /// <summary>Gets the time in microseconds on the monotonic clock of the process that wrote it. Not comparable between processes.</summary>
    public long Time { get; init; }

    /// <summary>Gets the operation: a send, or a request. Unique in a run.</summary>
    public string? Op { get; init; }

    /// <summary>Gets the client: one object of an application, across all its sessions.</summary>
    public string? Client { get; init; }

    /// <summary>Gets the session.</summary>
    public string? Session { get; init; }

    /// <summary>Gets the room, qualified with what separates it from rooms of the same name (namespace, tenant).</summary>
    public string? Room { get; init; }

    /// <summary>Gets the stream: one incarnation of the log of the room.</summary>
    public string? Stream { get; init; }

    /// <summary>Gets the place in the stream: of a message from 1; of a join or leave the last one that is not, or is, a member's.</summary>
    public long? Offset { get; init; }

    /// <summary>Gets the id of the message. Unique in a run.</summary>
    public string? Id { get; init; }

    /// <summary>Gets a hash of the payload.</summary>
    public string? Hash { get; init; }

    /// <summary>Gets the rooms that a message is sent to, when there are several.</summary>
    public string[]? Rooms { get => _rare.Rooms; init => _rare = _rare with { Rooms = value }; }

    /// <summary>Gets the sessions or clients that a message is not for.</summary>
    public string[]? Except { get => _rare.Except; init => _rare = _rare with { Except = value }; }

    /// <summary>Gets the rooms whose members a message is not for.</summary>
    public string[]? ExceptRooms { get => _rare.ExceptRooms; init => _rare = _rare with { ExceptRooms = value }; }

    /// <summary>Gets the stream that this one replaces.</summary>
    public string? Old { get => _rare.Old; init => _rare = _rare with { Old = value }; }

    /// <summary>Gets the node, unique for each start of a process.</summary>
    public string? Owner { get => _rare.Owner; init => _rare = _rare with { Owner = value }; }

    /// <summary>Gets the connection.</summary>
    public string? Connection { get => _rare.Connection; init => _rare = _rare with { Connection = value }; }

    /// <summary>Gets the name of a fault, of what is counted, of a scenario, or an outcome.</summary>
    public string? Name { get => _rare.Name; init => _rare = _rare with { Name = value }; }

    /// <summary>Gets where in something that lasts: <c>begin</c> and <c>end</c>, <c>before</c> and <c>after</c>, <c>reference</c> and <c>subject</c>.</summary>
    public string? Phase { get => _rare.Phase; init => _rare = _rare with { Phase = value }; }

    /// <summary>Gets text for a reader, or the text of a frame.</summary>
    public string? Text { get => _rare.Text; init => _rare = _rare with { Text = value }; }

    /// <summary>Gets what a client is promised: <c>extension</c> (the default), <c>stock</c> with recovery, or <c>plain</c>.</summary>
    public string? Mode { get => _rare.Mode; init => _rare = _rare with { Mode = value }; }

    /// <summary>Gets the first offset of a gap.</summary>
    public long? From { get => _rare.From; init => _rare = _rare with { From = value }; }

    /// <summary>Gets the last offset of a gap, or of a stream that was replaced; none when nobody knows.</summary>
    public long? To { get => _rare.To; init => _rare = _rare with { To = value }; }

    /// <summary>Gets the number of a client message.</summary>
    public long? Number { get => _rare.Number; init => _rare = _rare with { Number = value }; }

    /// <summary>Gets the fence that an owner holds.</summary>
    public long? Fence { get => _rare.Fence; init => _rare = _rare with { Fence = value }; }

    /// <summary>Gets a count, a number of bytes, or for <see cref="RecordKind.Connect"/> the microseconds without a connection.</summary>
    public long? Value { get => _rare.Value; init => _rare = _rare with { Value = value }; }

    /// <summary>Gets the most that <see cref="Value"/> may be.</summary>
    public long? Limit { get => _rare.Limit; init => _rare = _rare with { Limit = value }; }

    /// <summary>Gets what <see cref="Value"/> may be above.</summary>
    public long? Slack { get => _rare.Slack; init => _rare = _rare with { Slack = value }; }

    /// <summary>Gets a time in microseconds: the patience with a slow reader, or how long a session is kept.</summary>
    public long? Window { get => _rare.Window; init => _rare = _rare with { Window = value }; }

    /// <summary>Gets whether a client was recovered; none when it did not ask to be.</summary>
    public bool? Recovered { get => _rare.Recovered; init => _rare = _rare with { Recovered = value }; }

    /// <summary>Gets whether a disconnect ended the session for good.</summary>
    public bool? Final { get => _rare.Final; init => _rare = _rare with { Final = value }; }

    /// <summary>Gets whether a draining node handed its sessions to a store that outlives it.</summary>
    public bool? Kept { get => _rare.Kept; init => _rare = _rare with { Kept = value }; }

    /// <summary>Gets whether a message without a number is promised to be handled once: by an idempotency key.</summary>
    public bool? Once { get => _rare.Once; init => _rare = _rare with { Once = value }; }
}
