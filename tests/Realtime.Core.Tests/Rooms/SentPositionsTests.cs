using Realtime.Core.Framing;
using Realtime.Core.Protocol;
using Realtime.Core.Protocol.Json;
using Realtime.Core.Rooms;
using Realtime.Core.Sequencing;
using Realtime.Core.Tests.Connections;

namespace Realtime.Core.Tests.Rooms;

public sealed class SentPositionsTests : IDisposable
{
    private readonly SentPositions _sent = new(maxRuns: 4);
    private readonly TestRooms _rooms = new();

    public void Dispose() => _rooms.Dispose();

    [Fact]
    public void What_a_client_has_of_each_stream_is_known_for_all_that_was_sent()
    {
        Recipient recipient = Begin();
        Send(recipient, "a:1", "a:2", "b:1", "a:3", "b:2");

        Assert.Equal("a:2 b:0", Rewind("a:2"));
    }

    [Fact]
    public void What_lies_behind_is_forgotten_with_the_rewind_because_it_is_sent_again()
    {
        Send(Begin(), "a:1", "a:2", "b:1");
        Rewind("a:1");

        Assert.Null(Rewind("a:2"));
        Assert.Null(Rewind("b:1"));
        Assert.Equal("a:1 b:0", Rewind("a:1"));
    }

    [Fact]
    public void Whoever_sent_before_a_rewind_can_send_no_more()
    {
        Recipient before = Begin();
        Send(before, "a:1");
        Rewind("a:1");
        Send(before, "a:2");
        Recipient after = Begin(number: 1);
        Send(before, "a:2");
        _sent.Pass(before, new StreamPosition("a", 9));

        Assert.Equal(["42[\"a:1\"]"], Client(before).Take());
        Send(after, "a:2", "b:1");
        Assert.Equal(["42[\"a:2\"]", "42[\"b:1\"]"], Client(after).Take());
        _sent.Answer();
        Assert.Equal("a:2 b:0", Rewind("a:2"));
    }

    [Fact]
    public void A_resume_that_was_overtaken_does_not_get_the_right_to_send()
    {
        Send(Begin(), "a:1");
        Rewind("a:1");
        Rewind("a:1");

        Assert.False(_sent.TryBegin(Add(), 1));
        Assert.True(_sent.TryBegin(Add(), 2));
    }

    [Fact]
    public void The_last_run_never_goes_and_the_first_goes_beyond_the_limit()
    {
        Recipient recipient = Begin();
        Send(recipient, "a:1", "b:1", "a:2", "b:2", "a:3");

        Assert.Null(_sent.Rewind("a:1", out _));
        Assert.Equal("a:1 b:1", Rewind("b:1"));
    }

    [Fact]
    public void One_busy_room_is_one_run()
    {
        Recipient recipient = Begin();
        Send(recipient, [.. Enumerable.Range(1, 1000).Select(static offset => $"a:{offset}")]);

        Assert.Equal("a:7", Rewind("a:7"));
    }

    [Fact]
    public void A_mark_is_found_unless_nobody_can_tell_which_of_two_runs_it_was()
    {
        Recipient recipient = Begin();
        Send(recipient, "~1", "~5", "a:1", "~4");

        Assert.Null(_sent.Rewind("~4", out _)); // 1 to 5 was sent before a:1, and 4 behind it
        Assert.Equal("a:0", Rewind("~1"));
    }

    [Fact]
    public void What_is_not_for_the_client_is_not_owed_to_it()
    {
        Recipient recipient = Begin();
        Send(recipient, "a:1", "b:1");
        _sent.Pass(recipient, new StreamPosition("a", 7));

        Assert.Equal("a:7 b:1", Rewind("b:1"));
    }

    [Fact]
    public void A_client_that_shows_the_same_again_is_known_while_nothing_was_sent_that_it_may_hold()
    {
        Send(Begin(), "a:1");
        for (int i = 1; i <= 3; i++)
        {
            Assert.Equal("a:1", Rewind("a:1"));
            Recipient recipient = Begin(number: i);
            Send(recipient, "~9");
        }

        Send(Begin(number: 3), "a:2");
        _sent.Answer();
        Assert.Null(_sent.Rewind("a:1", out _));
    }

    private string? Rewind(string shown) =>
        _sent.Rewind(shown, out _) is { } reached ? string.Join(' ', reached.OrderBy(static pair => pair.Key, StringComparer.Ordinal).Select(static pair => $"{pair.Key}:{pair.Value}")) : null;

    private Recipient Begin(int number = 0)
    {
        Recipient recipient = Add();
        Assert.True(_sent.TryBegin(recipient, number));
        return recipient;
    }

    private Recipient Add() => _rooms.Add(Guid.NewGuid().ToString(), _rooms.Engine.Connect());

    private static TestClient Client(Recipient recipient) => (TestClient)recipient.Owner;

    private void Send(Recipient recipient, params string[] positions)
    {
        foreach (string position in positions)
        {
            Packet packet = TestRooms.Event(position);
            EncodedPacket encoded = PacketEncoder.Encode(JsonPacketCodec.Instance, in packet);
            _sent.Send(recipient, position[0] == '~' ? SentPositions.MarkOf(long.Parse(position[1..], null)) : Parse(position), encoded);
            encoded.Release();
        }
    }

    private static StreamPosition Parse(string position) => StreamPosition.TryParse(position, out StreamPosition parsed) ? parsed : throw new FormatException(position);
}
