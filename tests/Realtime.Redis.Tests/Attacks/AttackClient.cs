using System.Globalization;
using System.Text.Json.Nodes;
using Realtime.Contracts;

namespace Realtime.Redis.Tests.Attacks;

/// <summary>A client that speaks the extension by hand, so that it can lie, and writes down what it gets. A hole, a repetition or an unannounced stream is written down as one.</summary>
/// <remarks>Guarded by <c>_gate</c>.</remarks>
internal sealed class AttackClient(string user = "ann") : IDisposable
{
    private const string Joined = "joined"; // what servers say when the rooms of a client are open, which is of no interest here

    private readonly Lock _gate = new();
    private readonly Dictionary<string, long> _positions = [];
    private readonly Dictionary<string, long> _ended = [];
    private readonly List<string> _events = [];
    private SocketIoWire? _wire;
    private int _attempt;

    internal SocketIoWire Wire => _wire ?? throw new InvalidOperationException("Not connected.");

    internal string? Pid { get; set; }

    internal string Sid { get; private set; } = "";

    internal bool IsRecovered { get; private set; }

    internal long Received { get; private set; }

    internal Dictionary<string, long> Positions
    {
        get
        {
            lock (_gate)
            {
                return new(_positions);
            }
        }
    }

    /// <summary>What was handed over: names with their arguments, gaps and streams that were replaced.</summary>
    internal string[] Heard
    {
        get
        {
            lock (_gate)
            {
                return [.. _events];
            }
        }
    }

    /// <summary>Connects, and resumes when there is something to resume; with positions of its own, or with those that are given.</summary>
    internal Task<AttackClient> ConnectAsync(AttackNode node, IReadOnlyDictionary<string, long>? positions = null) => ConnectAsync(node.Chat.Address, positions);

    /// <inheritdoc cref="ConnectAsync(AttackNode, IReadOnlyDictionary{string, long})" />
    internal async Task<AttackClient> ConnectAsync(string address, IReadOnlyDictionary<string, long>? positions = null)
    {
        SocketIoWire wire = await BeginAsync(address, positions);
        await wire.UntilAsync("40{");
        return this;
    }

    /// <summary>Connects without waiting for the answer. An older connection stays as it is.</summary>
    internal async Task<SocketIoWire> BeginAsync(string address, IReadOnlyDictionary<string, long>? positions = null, Task? mayRead = null)
    {
        _wire = await SocketIoWire.OpenAsync(address, Take, mayRead);
        var extension = new JsonObject { ["v"] = 1, ["try"] = ++_attempt, ["positions"] = Named(positions ?? Positions), ["ended"] = Named(_ended) };
        var auth = new JsonObject { ["user"] = user, ["$realtime"] = extension };
        if (Pid is not null)
        {
            auth["pid"] = Pid;
        }

        await _wire.SendAsync("40" + auth.ToJsonString());
        return _wire;
    }

    /// <summary>Waits until its own rooms are open.</summary>
    internal Task JoinedAsync() => Wire.UntilAsync($"42[\"{Joined}\"");

    /// <summary>Loses the connection.</summary>
    internal void Cut() => Wire.Dispose();

    /// <summary>Waits until an event came, and gets all that came up to it.</summary>
    internal async Task<string> UntilAsync(string last)
    {
        await Bounded.UntilAsync(() => Heard.Contains(last), $"'{last}' came, of {string.Join('\n', Wire.Lines)}");
        return string.Join(' ', Heard);
    }

    public void Dispose() => _wire?.Dispose();

    private void Take(string line)
    {
        lock (_gate)
        {
            if (line.StartsWith("40{", StringComparison.Ordinal))
            {
                ReadAnswer(JsonNode.Parse(line[2..])!.AsObject());
            }
            else if (line.StartsWith("42[", StringComparison.Ordinal))
            {
                JsonArray packet = JsonNode.Parse(line[2..])!.AsArray();
                string name = (string)packet[0]!;
                if (name.StartsWith("$rt:", StringComparison.Ordinal))
                {
                    ReadControl(name, packet);
                }
                else
                {
                    ReadEvent(name + string.Concat(packet.Skip(1).SkipLast(1).Select(static argument => argument!.ToJsonString())), (string)packet[^1]!);
                }
            }
        }
    }

    private void ReadAnswer(JsonObject answer)
    {
        (Sid, Pid) = ((string)answer["sid"]!, (string)answer["pid"]!);
        JsonObject extension = answer["$realtime"]!.AsObject();
        (IsRecovered, Received) = ((bool)extension["recovered"]!, (long)extension["received"]!);
        if (!IsRecovered)
        {
            _positions.Clear();
            _ended.Clear();
        }
    }

    private void ReadControl(string name, JsonArray packet)
    {
        (string stream, long at) = Parse((string)packet[1]!);
        switch (name)
        {
            case "$rt:at":
                if (packet.Count > 2)
                {
                    _positions.Remove((string)packet[2]!);
                    _events.Add($"replaced({packet[3]?.ToJsonString() ?? "null"})");
                }

                _ended.Remove(stream);
                _positions[stream] = Math.Max(at, _positions.GetValueOrDefault(stream));
                break;
            case "$rt:end" when _positions.Remove(stream, out long last):
                _ended[stream] = last;
                break;
            case "$rt:skip":
                Move(stream, _positions.GetValueOrDefault(stream, -1) + 1, at);
                break;
            case "$rt:gap":
                _events.Add($"gap({packet[2]}-{packet[3]?.ToJsonString() ?? "null"})");
                if (packet[3] is not null)
                {
                    Move(stream, (long)packet[2]!, (long)packet[3]!);
                }

                break;
            default:
                break;
        }
    }

    private void ReadEvent(string text, string tail)
    {
        if (!tail.StartsWith('~'))
        {
            (string stream, long offset) = Parse(tail);
            Move(stream, offset, offset);
        }

        if (text != Joined)
        {
            _events.Add(text);
        }
    }

    private void Move(string stream, long from, long to)
    {
        if (!_positions.TryGetValue(stream, out long position))
        {
            _events.Add("UNANNOUNCED");
        }
        else if (from > position + 1)
        {
            _events.Add($"HOLE({position + 1}-{from - 1})");
        }
        else if (to <= position)
        {
            _events.Add($"TWICE({to})");
        }

        _positions[stream] = Math.Max(to, position);
    }

    private static JsonObject Named(IReadOnlyDictionary<string, long> positions) =>
        new(positions.Select(static position => KeyValuePair.Create(position.Key, (JsonNode?)JsonValue.Create(position.Value))));

    private static (string Stream, long Offset) Parse(string position)
    {
        string[] parts = position.Split(':');
        return (parts[0], parts.Length > 1 ? long.Parse(parts[1], CultureInfo.InvariantCulture) : 0);
    }
}
