using Realtime.Client.Interop.Tests.Support;
using Realtime.Core.Protocol;

namespace Realtime.Client.Interop.Tests.Quirks;

/// <summary>What is unusual and legal, or means nothing to the client, and hurts nobody.</summary>
public sealed class LenientQuirks : QuirkTest
{
    private static readonly RealtimeEvent<string> s_text = new("text");

    public static TheoryData<ClientTransports, string> Meaningless
    {
        get
        {
            var data = new TheoryData<ClientTransports, string>();
            foreach (ClientTransports transports in (ClientTransports[])[ClientTransports.WebSocket, ClientTransports.Polling])
            {
                data.Add(transports, "6"); // a noop belongs to polling; alone in a body it only ends a GET
                data.Add(transports, "3"); // a pong that nobody waits for
                data.Add(transports, "43999[\"x\"]"); // an acknowledgement of nothing
                data.Add(transports, "43[\"x\"]"); // an acknowledgement without an id
                data.Add(transports, "42/nowhere,[\"x\"]"); // namespaces that the client is not in
                data.Add(transports, "41/nowhere,");
                data.Add(transports, "44/nowhere,{\"message\":\"no\"}");
                data.Add(transports, "42[\"nobody listens\",1]");
            }

            return data;
        }
    }

    [Theory]
    [MemberData(nameof(Meaningless))]
    public async Task What_means_nothing_is_ignored(ClientTransports transports, string packet)
    {
        Joined joined = await JoinAsync(transports);

        await joined.Session.SendAsync(packet);

        await joined.AssertAliveAsync();
    }

    [Theory, BothWires]
    public async Task Several_packets_in_one_body_come_in_order(ClientTransports transports)
    {
        Joined joined = await JoinAsync(transports);
        Arrivals<int> hello = Arrivals.Of(joined.Client.Socket, Events.Hello);

        await joined.Session.SendAsync("42[\"hello\",1]", "6", "42[\"hello\",2]", "2", "42[\"hello\",3]");

        Assert.Equal([1, 2, 3], await hello.TakeAsync(3));
        await joined.Session.ExpectAsync("3");
        await joined.AssertAliveAsync();
    }

    [Theory, BothWires]
    public async Task Integers_are_legal_names_of_events(ClientTransports transports)
    {
        Joined joined = await JoinAsync(transports);
        Arrivals<string> arrived = Arrivals.OfAny(joined.Client.Socket);

        await joined.Session.SendAsync("42[1,\"x\"]");

        Assert.Equal("1[\"x\"]", await arrived.NextAsync());
        await joined.AssertAliveAsync();
    }

    [Theory, BothWires]
    public async Task Empty_binary_is_binary(ClientTransports transports)
    {
        Joined joined = await JoinAsync(transports);
        Arrivals<string> arrived = Arrivals.OfAny(joined.Client.Socket);

        await joined.Session.SendAsync("452-[\"x\",{\"_placeholder\":true,\"num\":0},{\"_placeholder\":true,\"num\":1}]", "b", "bHg==");

        Assert.Equal("x[<>,<1E>]", await arrived.NextAsync());
        await joined.AssertAliveAsync();
    }

    [Theory, BothWires]
    public async Task Two_placeholders_may_mean_one_attachment_and_some_attachments_nobody(ClientTransports transports)
    {
        Joined joined = await JoinAsync(transports);
        Arrivals<string> arrived = Arrivals.OfAny(joined.Client.Socket);

        await joined.Session.SendAsync("452-[\"x\",{\"_placeholder\":true,\"num\":1},{\"_placeholder\":true,\"num\":1}]", "bAQID", "bBAUG");

        Assert.Equal("x[<040506>,<040506>]", await arrived.NextAsync());
        await joined.AssertAliveAsync();
    }

    [Theory, BothWires]
    public async Task What_looks_like_a_placeholder_is_plain_data_in_an_event_without_attachments(ClientTransports transports)
    {
        Joined joined = await JoinAsync(transports);
        Arrivals<string> arrived = Arrivals.OfAny(joined.Client.Socket);

        await joined.Session.SendAsync("42[\"x\",{\"_placeholder\":true,\"num\":0}]");

        Assert.Equal("x[{\"_placeholder\":true,\"num\":0}]", await arrived.NextAsync());
        await joined.AssertAliveAsync();
    }

    [Theory, BothWires]
    public async Task Attachments_may_come_in_bodies_of_their_own_and_pings_between_them(ClientTransports transports)
    {
        Joined joined = await JoinAsync(transports);
        Arrivals<string> arrived = Arrivals.OfAny(joined.Client.Socket);

        await joined.Session.SendAsync("452-[\"x\",{\"_placeholder\":true,\"num\":0},{\"_placeholder\":true,\"num\":1}]");
        await joined.Session.SendAsync("2");
        await joined.Session.SendAsync("bAQID");
        await joined.Session.SendAsync("6");
        await joined.Session.SendAsync("bBAUG");

        Assert.Equal("x[<010203>,<040506>]", await arrived.NextAsync());
        await joined.Session.ExpectAsync("3");
        await joined.AssertAliveAsync();
    }

    [Theory, BothWires]
    public async Task A_lone_surrogate_hurts_its_own_event_at_most(ClientTransports transports)
    {
        Joined joined = await JoinAsync(transports);
        Arrivals<string> text = Arrivals.Of(joined.Client.Socket, s_text);

        await joined.Session.SendAsync("42[\"text\",\"\\ud800\"]", "42[\"text\",\"fine\"]");

        string first = await text.NextAsync();
        Assert.Equal("fine", first == "fine" ? first : await text.NextAsync());
        await joined.AssertAliveAsync();
    }

    [Theory, BothWires]
    public async Task An_argument_of_the_wrong_type_hurts_its_own_event_alone(ClientTransports transports)
    {
        Joined joined = await JoinAsync(transports);
        var failures = new Arrivals<HandlerFailure>();
        joined.Client.UnhandledException += failures.Add;
        Arrivals<int> hello = Arrivals.Of(joined.Client.Socket, Events.Hello);

        await joined.Session.SendAsync("42[\"hello\",\"no number\"]", "42[\"hello\",2]");

        Assert.Equal("hello", (await failures.NextAsync()).EventName);
        Assert.Equal(2, await hello.NextAsync());
        await joined.AssertAliveAsync();
    }

    [Theory, BothWires]
    public async Task An_event_without_an_argument_is_one_with_null(ClientTransports transports)
    {
        Joined joined = await JoinAsync(transports);
        Arrivals<string> text = Arrivals.Of(joined.Client.Socket, s_text);

        await joined.Session.SendAsync("42[\"text\"]", "42[\"text\",null]", "42[\"text\",\"more\",\"than\",\"asked\"]");

        Assert.Equal([null!, null!, "more"], await text.TakeAsync(3));
    }

    [Fact]
    public async Task A_message_may_come_in_several_WebSocket_frames()
    {
        Joined joined = await JoinAsync(ClientTransports.WebSocket);
        Arrivals<string> text = Arrivals.Of(joined.Client.Socket, s_text);

        await joined.Session.Socket.SendInPiecesAsync("42[\"text\",\"été ☀\"]");

        Assert.Equal("été ☀", await text.NextAsync());
    }

    [Fact]
    public async Task Binary_may_come_as_text_on_a_WebSocket_too()
    {
        Joined joined = await JoinAsync(ClientTransports.WebSocket);
        Arrivals<string> arrived = Arrivals.OfAny(joined.Client.Socket);

        await joined.Session.Socket.SendAsync("451-[\"x\",{\"_placeholder\":true,\"num\":0}]");
        await joined.Session.Socket.SendAsync("bAQID");

        Assert.Equal("x[<010203>]", await arrived.NextAsync());
        await joined.AssertAliveAsync();
    }
}
