using System.Globalization;
using System.Text.Json.Nodes;
using Realtime.Core.Connections;
using Realtime.Core.Namespaces;
using Realtime.Core.Transports;
using Realtime.Schedules.Scheduling;

namespace Realtime.Schedules.Scenarios;

/// <summary>A client that speaks the recovery extension. It writes down what it gets, and what no server may send it: holes, doubles, what was not announced.</summary>
/// <remarks>Guarded by the turn of the schedule.</remarks>
internal sealed class RoomClient(ServerBench bench, string name)
{
    private readonly Dictionary<string, long> _positions = [];
    private readonly Dictionary<string, long> _ended = [];
    private List<string> _lines = [];
    private ModelTransport? _transport;
    private Connection? _connection;
    private string? _pid;
    private int _attempt;
    private int _read;

    internal string Name => name;

    internal string Sid { get; private set; } = "";

    internal RealtimeSocket Socket => bench.Space.Sockets.Single(socket => socket.Id == Sid);

    /// <summary>Gets the texts that were handed over, in order.</summary>
    internal List<string> Got { get; } = [];

    /// <summary>Gets where each text stood, as stream and offset.</summary>
    internal Dictionary<string, string> Places { get; } = [];

    /// <summary>Gets the positions of the streams that are announced.</summary>
    internal IReadOnlyDictionary<string, long> Positions => _positions;

    /// <summary>Gets a value indicating whether a connection has begun that was not cut.</summary>
    internal bool IsConnected { get; private set; }

    /// <summary>Connects, and resumes when there is something to resume. A connection that is cut meanwhile ends it.</summary>
    internal async Task ConnectAsync()
    {
        _lines = [];
        _read = 0;
        _transport = new ModelTransport(TransportNames.WebSocket, _lines) { IsFast = true };
        _transport.Take();
        _connection = bench.Server.Engine.Accept(_transport, new BasicHandshake());
        IsConnected = true;
        var auth = new JsonObject { ["$realtime"] = new JsonObject { ["v"] = 1, ["try"] = ++_attempt, ["positions"] = Named(_positions), ["ended"] = Named(_ended) } };
        if (_pid is not null)
        {
            auth["pid"] = _pid;
        }

        _transport.Receive("40" + auth.ToJsonString());
        List<string> lines = _lines;
        await _connection.OnReadableAsync(_transport).ConfigureAwait(true);
        Controlled.Until(() => lines.Exists(static line => line.StartsWith("40{", StringComparison.Ordinal)) || lines != _lines, "the answer to CONNECT");
        if (lines != _lines)
        {
            return;
        }

        JsonObject answer = JsonNode.Parse(lines.Find(static line => line.StartsWith("40{", StringComparison.Ordinal))!.AsSpan(2).ToString())!.AsObject();
        bool isRecovered = (bool)answer["$realtime"]!["recovered"]!;
        if (_pid is not null && !isRecovered)
        {
            Controlled.Fail($"{name} was not recovered.");
        }

        Sid = (string)answer["sid"]!;
        _pid = (string)answer["pid"]!;
    }

    /// <summary>Loses the connection. What is sent from now on never arrives.</summary>
    internal void Cut()
    {
        Read();
        _lines = [];
        _read = 0;
        IsConnected = false;
        _connection!.OnClosed(_transport!, cause: null);
    }

    /// <summary>Reads everything that has come.</summary>
    internal void Read()
    {
        for (; _read < _lines.Count; _read++)
        {
            if (!_lines[_read].StartsWith("42", StringComparison.Ordinal))
            {
                continue;
            }

            JsonArray packet = JsonNode.Parse(_lines[_read][2..])!.AsArray();
            string kind = (string)packet[0]!;
            if (kind.StartsWith("$rt:", StringComparison.Ordinal))
            {
                ReadControl(kind, packet);
            }
            else
            {
                ReadEvent((string)packet[1]!, (string)packet[^1]!);
            }
        }
    }

    private static JsonObject Named(Dictionary<string, long> positions) =>
        new(positions.Select(static position => KeyValuePair.Create(position.Key, (JsonNode?)JsonValue.Create(position.Value))));

    private void ReadControl(string kind, JsonArray packet)
    {
        switch (kind)
        {
            case "$rt:at" when packet.Count == 2:
                (string stream, long at) = Parse((string)packet[1]!);
                _ended.Remove(stream);
                _positions[stream] = Math.Max(at, _positions.GetValueOrDefault(stream));
                break;
            case "$rt:end" when _positions.Remove((string)packet[1]!, out long last):
                _ended[(string)packet[1]!] = last;
                break;
            case "$rt:skip":
                (string skipped, long to) = Parse((string)packet[1]!);
                Move(skipped, _positions.GetValueOrDefault(skipped, -1) + 1, to);
                break;
            default:
                Controlled.Fail($"{name} got {packet.ToJsonString()}."); // nothing is lost in these scenarios, and no stream is replaced
                break;
        }
    }

    private void ReadEvent(string text, string tail)
    {
        if (tail.StartsWith('~'))
        {
            Controlled.Fail($"{name} got {text} without a number.");
            return;
        }

        (string stream, long offset) = Parse(tail);
        Move(stream, offset, offset);
        Got.Add(text);
        Places[text] = tail;
    }

    private void Move(string stream, long from, long to)
    {
        if (!_positions.TryGetValue(stream, out long position))
        {
            Controlled.Fail($"{name} got {to} of a stream that is not announced.");
        }
        else if (from > position + 1)
        {
            Controlled.Fail($"{name} has a hole from {position + 1} to {from - 1}.");
        }
        else if (to <= position)
        {
            Controlled.Fail($"{name} got {to} twice.");
        }

        _positions[stream] = Math.Max(to, position);
    }

    private static (string Stream, long Offset) Parse(string position)
    {
        string[] parts = position.Split(':');
        return (parts[0], long.Parse(parts[1], CultureInfo.InvariantCulture));
    }
}
