using System.Globalization;
using System.Text.Json.Nodes;
using Realtime.Core.Tests.Connections;
using Realtime.Core.Tests.Hosting;

namespace Realtime.Core.Tests.Namespaces.Recovery;

/// <summary>A client that speaks the extension, as the page of the protocol says, and writes down what it gets.</summary>
internal sealed class RecoveringClient(TestServer server, string user = "ann")
{
    private readonly Dictionary<string, long> _positions = [];
    private readonly Dictionary<string, long> _ended = [];
    private TestServer _server = server;
    private int _attempt;

    internal TestClient Raw { get; private set; } = null!;

    internal string? Pid { get; set; }

    internal string Sid { get; private set; } = "";

    internal JsonObject Extension { get; private set; } = [];

    internal bool IsRecovered => (bool)Extension["recovered"]!;

    /// <summary>What was handed over, with positions as streams have them; the streams are named by the order in which they came.</summary>
    internal List<string> Events { get; } = [];

    internal IReadOnlyDictionary<string, long> Positions => _positions;

    /// <summary>Connects, and resumes when there is something to resume.</summary>
    internal async Task<RecoveringClient> ConnectAsync(IReadOnlyDictionary<string, long>? positions = null)
    {
        Raw = _server.Connect();
        JsonObject named = Named(positions ?? _positions);
        var auth = new JsonObject { ["user"] = user, ["$realtime"] = new JsonObject { ["v"] = 1, ["try"] = ++_attempt, ["positions"] = named, ["ended"] = Named(_ended) } };
        if (Pid is not null)
        {
            auth["pid"] = Pid;
        }

        Raw.Send("40" + auth.ToJsonString());
        await Patience.UntilAsync(() => Raw.Lines.Any(static line => line.StartsWith("40{", StringComparison.Ordinal)));
        JsonObject answer = JsonNode.Parse(Raw.Lines.First(static line => line.StartsWith("40{", StringComparison.Ordinal))[2..])!.AsObject();
        Sid = (string)answer["sid"]!;
        Pid = (string)answer["pid"]!;
        Extension = answer["$realtime"]!.AsObject();
        if (!IsRecovered)
        {
            _positions.Clear();
            _ended.Clear();
        }

        return this;
    }

    /// <summary>From now on finds another node under the same address.</summary>
    internal RecoveringClient MoveTo(TestServer other)
    {
        _server = other;
        return this;
    }

    /// <summary>Loses the connection.</summary>
    internal void Cut() => Raw.Peer.Close();

    /// <summary>Reads everything that has come, as a client of the protocol does. A violation is written down as one.</summary>
    internal RecoveringClient Read()
    {
        foreach (string line in Raw.Take().Where(static line => line.StartsWith("42", StringComparison.Ordinal)))
        {
            JsonArray packet = JsonNode.Parse(line[2..])!.AsArray();
            string name = (string)packet[0]!;
            if (name.StartsWith("$rt:", StringComparison.Ordinal))
            {
                ReadControl(name, packet);
            }
            else
            {
                ReadEvent(name, (string)packet[^1]!, [.. packet.Skip(1).SkipLast(1).Select(static argument => argument!.ToJsonString())]);
            }
        }

        return this;
    }

    /// <summary>What was handed over since the last look.</summary>
    internal string Took()
    {
        Read();
        string events = string.Join(' ', Events);
        Events.Clear();
        return events;
    }

    private static JsonObject Named(IReadOnlyDictionary<string, long> positions) =>
        new(positions.Select(static position => KeyValuePair.Create(position.Key, (JsonNode?)JsonValue.Create(position.Value))));

    private void ReadControl(string name, JsonArray packet)
    {
        switch (name)
        {
            case "$rt:at":
                (string stream, long at) = Parse((string)packet[1]!);
                if (packet.Count > 2)
                {
                    _positions.Remove((string)packet[2]!);
                    Events.Add($"replaced({packet[3]?.ToJsonString() ?? "null"})");
                }

                _ended.Remove(stream);
                _positions[stream] = Math.Max(at, _positions.GetValueOrDefault(stream));
                break;
            case "$rt:end":
                if (_positions.Remove((string)packet[1]!, out long last))
                {
                    _ended[(string)packet[1]!] = last;
                }

                break;
            case "$rt:skip":
                (string skipped, long to) = Parse((string)packet[1]!);
                Move(skipped, _positions.GetValueOrDefault(skipped, -1) + 1, to);
                break;
            case "$rt:gap":
                Events.Add($"gap({packet[2]}-{packet[3]})");
                Move((string)packet[1]!, (long)packet[2]!, (long)packet[3]!);
                break;
            default:
                Events.Add(name);
                break;
        }
    }

    private void ReadEvent(string name, string tail, string[] arguments)
    {
        if (tail.StartsWith('~'))
        {
            Events.Add("~" + name + string.Concat(arguments));
            return;
        }

        (string stream, long offset) = Parse(tail);
        Move(stream, offset, offset);
        Events.Add(name + string.Concat(arguments));
    }

    private void Move(string stream, long from, long to)
    {
        if (!_positions.TryGetValue(stream, out long position))
        {
            Events.Add("UNANNOUNCED");
        }
        else if (from > position + 1)
        {
            Events.Add($"HOLE({position + 1}-{from - 1})");
        }
        else if (to <= position)
        {
            Events.Add($"TWICE({to})");
        }

        _positions[stream] = Math.Max(to, position);
    }

    private static (string Stream, long Offset) Parse(string position)
    {
        string[] parts = position.Split(':');
        return (parts[0], long.Parse(parts[1], CultureInfo.InvariantCulture));
    }
}
