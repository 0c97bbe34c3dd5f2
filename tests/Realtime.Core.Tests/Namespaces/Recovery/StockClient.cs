using System.Text.Json.Nodes;
using Realtime.Core.Tests.Connections;
using Realtime.Core.Tests.Hosting;

namespace Realtime.Core.Tests.Namespaces.Recovery;

/// <summary>
/// A client that does with ids, offsets and its buffer of events what the official client 4.8 does: the last argument of an event is its offset when it is text, whatever it is; what comes
/// before the answer waits for it, also for that of a later connection.
/// </summary>
internal sealed class StockClient(TestServer server, string user = "ann")
{
    private readonly List<JsonArray> _buffer = [];
    private bool _isConnected;

    internal TestClient Raw { get; private set; } = null!;

    internal string? Pid { get; set; }

    internal string? Offset { get; set; }

    internal string Sid { get; private set; } = "";

    internal bool IsRecovered { get; private set; }

    /// <summary>What the handlers of the application got, without the offset; and <c>connect</c>.</summary>
    internal List<string> Events { get; } = [];

    /// <summary>Connects, and waits for the answer.</summary>
    internal async Task<StockClient> ConnectAsync()
    {
        Begin();
        await Patience.UntilAsync(() => Read()._isConnected);
        return this;
    }

    /// <summary>Connects without waiting for anything.</summary>
    internal StockClient Begin()
    {
        _isConnected = false;
        Raw = server.Connect();
        var auth = new JsonObject { ["user"] = user };
        if (Pid is not null)
        {
            auth["pid"] = Pid;
            if (Offset is not null)
            {
                auth["offset"] = Offset;
            }
        }

        Raw.Send("40" + auth.ToJsonString());
        return this;
    }

    /// <summary>Loses the connection. What was on its way is lost too, unless it was read before.</summary>
    internal void Cut() => Raw.Peer.Close();

    /// <summary>Loses the connection when some of what is on its way has come.</summary>
    internal void Cut(int lines)
    {
        Read(Raw.Take().Take(lines));
        Cut();
    }

    /// <summary>Reads everything that has come.</summary>
    internal StockClient Read() => Read(Raw.Take());

    /// <summary>What was handed over since the last look.</summary>
    internal string Took()
    {
        Read();
        string events = string.Join(' ', Events);
        Events.Clear();
        return events;
    }

    private StockClient Read(IEnumerable<string> lines)
    {
        foreach (string line in lines)
        {
            if (line.StartsWith("40{", StringComparison.Ordinal))
            {
                OnConnect(JsonNode.Parse(line[2..])!.AsObject());
            }
            else if (line.StartsWith("42", StringComparison.Ordinal))
            {
                JsonArray packet = JsonNode.Parse(line[line.IndexOf('[', StringComparison.Ordinal)..])!.AsArray();
                if (line[2] != '[')
                {
                    packet.Add((JsonNode?)null); // the acknowledgement, which is no text
                }

                if (_isConnected)
                {
                    Emit(packet);
                }
                else
                {
                    _buffer.Add(packet);
                }
            }
        }

        return this;
    }

    private void OnConnect(JsonObject answer)
    {
        string? pid = (string?)answer["pid"];
        Assert.Equal(pid is null ? ["sid"] : ["sid", "pid"], answer.Select(static pair => pair.Key));
        Sid = (string)answer["sid"]!;
        IsRecovered = pid is not null && Pid == pid;
        Pid = pid;
        _isConnected = true;
        _buffer.ForEach(Emit);
        _buffer.Clear();
        Events.Add(IsRecovered ? "recovered" : "connect");
    }

    private void Emit(JsonArray packet)
    {
        Assert.DoesNotContain((string)packet[0]!, (string[])["$rt:at", "$rt:end", "$rt:skip", "$rt:gap"]);
        JsonNode? last = packet[^1];
        bool isText = last?.GetValueKind() == System.Text.Json.JsonValueKind.String;
        if ((string)packet[0]! != "$rt:start")
        {
            int arguments = packet.Count - (isText && packet.Count > 1 ? 2 : 1);
            Events.Add((string)packet[0]! + string.Concat(packet.Skip(1).Take(arguments).Select(static argument => argument?.ToJsonString())));
        }

        if (Pid is not null && isText)
        {
            Offset = (string)last!;
        }
    }
}
