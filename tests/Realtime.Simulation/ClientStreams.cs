using System.Globalization;
using System.Text.Json;
using Realtime.Checker;
using Realtime.Core.Sequencing;

namespace Realtime.Simulation;

/// <summary>What a client receives, brought into order by the library's own buffer; holes are asked for.</summary>
/// <remarks>Confined to the thread of the run.</remarks>
internal sealed class ClientStreams(World world, SimulatedClient client)
{
    private readonly Dictionary<long, (string Stream, long From, long To)> _requests = [];
    private readonly HashSet<string> _asking = [];
    private readonly Dictionary<string, long> _ended = [];
    private ReorderBuffer<(string Id, string Hash, long Offset)> _buffer = new(new ReorderBufferOptions());
    private int _sinceReport;

    internal IEnumerable<StreamPosition> Positions => world.Mutation == MutationKind.ReplayTwice
        ? _buffer.Positions.Select(static position => position with { Offset = Math.Max(0, position.Offset - 3) })
        : _buffer.Positions;

    /// <summary>The streams that it was told the end of.</summary>
    internal IReadOnlyDictionary<string, long> Ended => _ended;

    internal bool HasHole => _buffer.HeldCount > 0 || _requests.Count > 0;

    internal void Reset()
    {
        OnLost();
        _ended.Clear();
        _buffer = new ReorderBuffer<(string Id, string Hash, long Offset)>(new ReorderBufferOptions());
    }

    /// <summary>What is held comes again behind the positions.</summary>
    internal void OnLost()
    {
        _requests.Clear();
        _asking.Clear();
        _buffer.Forget();
    }

    /// <summary>Takes an event of the server.</summary>
    /// <returns>Whether it was legal.</returns>
    internal bool OnEvent(string text)
    {
        using JsonDocument document = JsonDocument.Parse(text.AsMemory(2));
        JsonElement packet = document.RootElement;
        string name = packet[0].GetString()!;
        bool isLegal = name.StartsWith("$rt:", StringComparison.Ordinal) ? OnControl(name, packet) : OnSaid(packet);
        HandOver();
        return isLegal;
    }

    /// <summary>The answer to a request for a hole.</summary>
    internal void OnResent(long id, string json)
    {
        if (!_requests.Remove(id, out (string Stream, long From, long To) asked))
        {
            return;
        }

        using JsonDocument answer = JsonDocument.Parse(json);
        JsonElement told = answer.RootElement[0];
        if (told.TryGetProperty("message", out _))
        {
            _buffer.Lose(new StreamGap(asked.Stream, asked.From, asked.To)); // an error: all of it is gone
            HandOver();
        }
        else if (told.TryGetProperty("gone", out JsonElement gone))
        {
            _buffer.Lose(new StreamGap(asked.Stream, gone.GetProperty("from").GetInt64(), gone.GetProperty("to").GetInt64()));
            HandOver();
        }

        _asking.Remove(asked.Stream);
        bool isOnItsWay = told.TryGetProperty("sent", out JsonElement sent) && sent.GetInt64() > 0; // a wire that reorders may bring it behind the answer: it is asked for again then
        if (!isOnItsWay && _buffer.HoleOf(asked.Stream) is { } hole && hole.From >= asked.From && hole.From <= asked.To)
        {
            // Nothing of it is gone, and nothing was sent: there is nothing in this hole.
            world.Recorder.Add(Records.Gap(client.Name, client.Session, world.Recorder.Stream(asked.Stream), hole.From, hole.From - 1));
            _buffer.Skip(new StreamPosition(asked.Stream, Math.Min(hole.To, asked.To)));
        }

        HandOver();
        Ask(asked.Stream);
    }

    private static StreamPosition Parse(string? text) => StreamPosition.TryParse(text, out StreamPosition position) ? position : throw new FormatException($"{text} is no position");

    private bool OnSaid(JsonElement packet)
    {
        string id = packet[1].GetString()!;
        string hash = packet[2].GetString()!;
        string tail = packet[3].GetString()!;
        if (tail[0] == '~')
        {
            world.Recorder.Add(Records.Recv(client.Name, client.Session, null, null, id, hash));
            return true;
        }

        StreamPosition position = Parse(tail);
        _buffer.TryGetPosition(position.Stream, out long before);
        ReorderOutcome outcome = _buffer.Add(position, (id, hash, position.Offset), tail.Length);
        if (outcome == ReorderOutcome.Duplicate)
        {
            world.Coverage.Hit(Branch.Duplicate);
            if (world.Mutation == MutationKind.ReplayTwice)
            {
                Receive(position, id, hash);
            }
        }

        if (outcome == ReorderOutcome.Taken && position.Offset > before + 1)
        {
            if (world.Mutation == MutationKind.BeforeHole)
            {
                Receive(position, id, hash);
                _buffer.Forget();
                _buffer.Announce(position);
            }

            Ask(position.Stream);
        }

        return outcome is ReorderOutcome.Taken or ReorderOutcome.Duplicate;
    }

    private bool OnControl(string name, JsonElement packet)
    {
        switch (name)
        {
            case "$rt:at":
                StreamPosition begin = Parse(packet[1].GetString());
                LogRecord at = Records.At(client.Name, client.Session, world.Recorder.Stream(begin.Stream), begin.Offset);
                if (packet.GetArrayLength() == 2)
                {
                    world.Recorder.Add(at);
                    _ended.Remove(begin.Stream);
                    _buffer.Announce(begin);
                    return true;
                }

                long? replaced = packet[3].ValueKind == JsonValueKind.Null ? null : packet[3].GetInt64();
                world.Coverage.Hit(Branch.Replaced);
                _buffer.Replace(begin, packet[2].GetString()!, replaced);
                HandOver();
                world.Recorder.Add(at with { Old = world.Recorder.Stream(packet[2].GetString()!), To = replaced });
                return true;
            case "$rt:end":
                if (_buffer.TryGetPosition(packet[1].GetString()!, out long last))
                {
                    _ended[packet[1].GetString()!] = last;
                }

                _buffer.End(packet[1].GetString()!);
                HandOver();
                world.Recorder.Add(Records.End(client.Name, client.Session, world.Recorder.Stream(packet[1].GetString()!)));
                return true;
            case "$rt:skip":
                world.Coverage.Hit(Branch.Skip);
                return _buffer.Skip(Parse(packet[1].GetString())) == ReorderOutcome.Taken;
            case "$rt:gap":
                return _buffer.Lose(new StreamGap(packet[1].GetString()!, packet[2].GetInt64(), packet[3].ValueKind == JsonValueKind.Null ? null : packet[3].GetInt64())) == ReorderOutcome.Taken;
            default:
                return false;
        }
    }

    private void HandOver()
    {
        while (_buffer.TryPeek(out ReorderRelease<(string Id, string Hash, long Offset)> release))
        {
            if (release.Gap is { } gap)
            {
                world.Coverage.Hit(gap.To is null ? Branch.UnknownGap : Branch.Gap);
                world.Recorder.Add(Records.Gap(client.Name, client.Session, world.Recorder.Stream(gap.Stream), gap.From, gap.To));
            }
            else
            {
                Receive(new StreamPosition(release.Stream, release.Item.Offset), release.Item.Id, release.Item.Hash);
            }

            _buffer.Advance(in release);
        }

        if (_sinceReport >= 32)
        {
            _sinceReport = 0;
            client.Write($"42[\"$rt:pos\",{{{string.Join(',', _buffer.Positions.Select(static position => $"\"{position.Stream}\":{position.Offset}"))}}}]");
        }
    }

    private void Receive(StreamPosition position, string id, string hash)
    {
        _sinceReport++;
        world.Recorder.Add(Records.Recv(client.Name, client.Session, world.Recorder.Stream(position.Stream), position.Offset, id, hash));
    }

    private void Ask(string stream)
    {
        if (_buffer.HoleOf(stream) is null || !_asking.Add(stream))
        {
            return;
        }

        Link? link = client.Link;
        world.Time.After(TimeSpan.FromMilliseconds(world.Random.Next(20, 120)), () =>
        {
            if (client.Link != link || !client.IsConnected || _buffer.HoleOf(stream) is not { } hole)
            {
                if (client.Link == link)
                {
                    _asking.Remove(stream);
                }

                return;
            }

            world.Coverage.Hit(Branch.Resend);
            long id = client.NextAckId();
            long to = Math.Min(hole.To, hole.From + 255);
            _requests[id] = (stream, hole.From, to);
            client.Write(string.Create(CultureInfo.InvariantCulture, $"42{id}[\"$rt:resend\",\"{stream}\",{hole.From},{to}]"));
        });
    }
}
