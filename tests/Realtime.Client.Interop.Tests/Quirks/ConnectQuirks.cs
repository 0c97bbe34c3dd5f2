using Realtime.Client.Interop.Tests.Raw;
using Realtime.Client.Interop.Tests.Support;
using Realtime.Client.States;
using Realtime.Contracts;
using Realtime.Core.Acks;

namespace Realtime.Client.Interop.Tests.Quirks;

/// <summary>Joining and leaving namespaces, packet by packet.</summary>
public sealed class ConnectQuirks : QuirkTest
{
    [Theory, BothWires]
    public async Task A_CONNECT_that_is_answered_without_an_id_is_a_refusal(ClientTransports transports)
    {
        RawServer server = await ServerAsync();
        RealtimeClient client = Build(server, transports);
        Task connecting = client.ConnectAsync();
        RawSession session = await server.AcceptAsync();

        await session.ExpectAsync("40");
        await session.SendAsync("40"); // what a server of Socket.IO 2 says

        await Assert.ThrowsAsync<ConnectRefusedException>(() => connecting.Within());
        Assert.Equal(ClientState.Disconnected, client.State);
    }

    [Theory, BothWires]
    public async Task A_refusal_may_be_a_text_alone(ClientTransports transports)
    {
        RawServer server = await ServerAsync();
        RealtimeClient client = Build(server, transports);
        Task connecting = client.ConnectAsync();
        RawSession session = await server.AcceptAsync();

        await session.ExpectAsync("40");
        await session.SendAsync("44\"go away\"");

        ConnectRefusedException refused = await Assert.ThrowsAsync<ConnectRefusedException>(() => connecting.Within());
        Assert.Contains("go away", refused.Message, StringComparison.Ordinal);
    }

    [Theory, BothWires]
    public async Task A_client_without_a_namespace_closes_the_connection(ClientTransports transports)
    {
        RawServer server = await ServerAsync();
        RealtimeClient client = Build(server, transports);
        Task connecting = client.ConnectAsync();
        RawSession session = await server.AcceptAsync();

        await session.ExpectAsync("40");
        await session.SendAsync("44{\"message\":\"no\"}");

        await Assert.ThrowsAsync<ConnectRefusedException>(() => connecting.Within());
        await session.Ended.Within();
    }

    [Theory, BothWires]
    public async Task Auth_is_the_payload_of_CONNECT(ClientTransports transports)
    {
        Joined joined = await JoinAsync(transports, configure: static builder => builder.WithAuth(static _ => new ValueTask<object?>(new { token = "x" })));

        Assert.Equal("{\"token\":\"x\"}", joined.Auth);
    }

    [Theory, BothWires]
    public async Task Namespaces_are_always_followed_by_a_comma(ClientTransports transports)
    {
        Joined joined = await JoinAsync(transports);
        ClientSocket a = joined.Client.Of("/a");

        Task connecting = a.ConnectAsync();
        await joined.Session.ExpectAsync("40/a,");
        await joined.Session.SendAsync("40/a,{\"sid\":\"socket-a\"}");
        await connecting.Within();
        Assert.Equal("socket-a", a.Id);
        await a.EmitAsync("x", 1);
        await joined.Session.ExpectAsync("42/a,[\"x\",1]");
        await a.EmitAsync("x", new byte[] { 1, 2, 3 });
        await joined.Session.ExpectAsync("451-/a,[\"x\",{\"_placeholder\":true,\"num\":0}]");
        await joined.Session.ExpectAsync("bAQID");
        a.On("ask", static context => context.AnswerAsync(context.Get<byte[]>(0)));
        await joined.Session.SendAsync("451-/a,9[\"ask\",{\"_placeholder\":true,\"num\":0}]", "bBA==");
        await joined.Session.ExpectAsync("461-/a,9[{\"_placeholder\":true,\"num\":0}]");
        await joined.Session.ExpectAsync("bBA==");
        await a.DisconnectAsync().Within();
        await joined.Session.ExpectAsync("41/a,");

        await joined.AssertAliveAsync();
    }

    [Theory, BothWires]
    public async Task A_namespace_is_an_opaque_name(ClientTransports transports)
    {
        Joined joined = await JoinAsync(transports);
        ClientSocket odd = joined.Client.Of("/a?x=y");

        Task connecting = odd.ConnectAsync();

        await joined.Session.ExpectAsync("40/a?x=y,");
        await joined.Session.SendAsync("40/a?x=y,{\"sid\":\"odd\"}");
        await connecting.Within();
    }

    [Theory, BothWires]
    public async Task The_main_namespace_may_be_named(ClientTransports transports)
    {
        RawServer server = await ServerAsync();
        RealtimeClient client = Build(server, transports);
        Task connecting = client.ConnectAsync();
        RawSession session = await server.AcceptAsync();

        await session.ExpectAsync("40");
        await session.SendAsync("40/,{\"sid\":\"main\",\"more\":[1]}");

        await connecting.Within();
        Assert.Equal("main", client.Id);
    }

    [Theory, BothWires]
    public async Task Events_that_precede_CONNECT_are_delivered_before_those_behind_it(ClientTransports transports)
    {
        RawServer server = await ServerAsync();
        RealtimeClient client = Build(server, transports);
        Arrivals<int> hello = Arrivals.Of(client.Socket, Events.Hello);
        Task connecting = client.ConnectAsync();
        RawSession session = await server.AcceptAsync();

        await session.ExpectAsync("40");
        await session.SendAsync("42[\"hello\",1]", "42[\"hello\",2]");
        await session.SendAsync("40{\"sid\":\"main\"}", "42[\"hello\",3]");

        await connecting.Within();
        Assert.Equal([1, 2, 3], await hello.TakeAsync(3));
    }

    [Theory, BothWires]
    public async Task What_was_emitted_before_CONNECT_goes_before_what_the_connected_client_emits(ClientTransports transports)
    {
        RawServer server = await ServerAsync();
        RealtimeClient client = Build(server, transports);
        client.StateChanged += change =>
        {
            if (change.Current == ClientState.Connected)
            {
                _ = client.EmitAsync("after", 3).AsTask();
            }
        };
        await client.EmitAsync("before", 1);
        Task connecting = client.ConnectAsync();
        RawSession session = await server.AcceptAsync();
        await session.ExpectAsync("40");
        await client.EmitAsync("before", 2);

        await session.SendAsync("40{\"sid\":\"main\"}");

        await session.ExpectAsync("42[\"before\",1]");
        await session.ExpectAsync("42[\"before\",2]");
        await session.ExpectAsync("42[\"after\",3]");
        await connecting.Within();
    }

    [Theory, BothWires]
    public async Task Nothing_arrives_in_a_namespace_behind_its_DISCONNECT(ClientTransports transports)
    {
        Joined joined = await JoinAsync(transports);
        ClientSocket a = joined.Client.Of("/a");
        Task connecting = a.ConnectAsync();
        await joined.Session.AcceptAsync("/a");
        await connecting.Within();
        Arrivals<int> hello = Arrivals.Of(a, Events.Hello);

        await joined.Session.SendAsync("42/a,[\"hello\",1]", "41/a,", "42/a,[\"hello\",2]");

        Assert.Equal(1, await hello.NextAsync());
        await joined.AssertAliveAsync();
        Assert.Equal(ClientState.Disconnected, a.State);
        Assert.Empty(hello.TakeAll());
    }

    [Fact]
    public async Task A_client_that_disconnects_on_a_WebSocket_leaves_and_closes_it()
    {
        Joined joined = await JoinAsync(ClientTransports.WebSocket);

        await joined.Client.DisconnectAsync().Within();

        await joined.Session.ExpectAsync("41");
        await joined.Session.Ended.Within();
    }

    [Fact]
    public async Task A_client_that_disconnects_on_polling_leaves_and_says_that_it_closes()
    {
        Joined joined = await JoinAsync(ClientTransports.Polling);

        await joined.Client.DisconnectAsync().Within();

        await joined.Session.ExpectAsync("41");
        await joined.Session.ExpectAsync("1");
    }

    [Theory, BothWires]
    public async Task Acknowledgement_ids_are_not_used_again_after_a_reconnection(ClientTransports transports)
    {
        Joined joined = await JoinAsync(transports);
        Task<string> first = joined.Client.EmitAsync(Events.Echo, "first").AsTask();
        string asked = await joined.Session.ReceiveAsync();
        joined = await joined.ComeBackAsync();
        await Assert.ThrowsAsync<DisconnectedException>(() => first.Within());

        Task<string> second = joined.Client.EmitAsync(Events.Echo, "second").AsTask();
        string again = await joined.Session.ReceiveAsync();

        Assert.NotEqual(IdOf(asked), IdOf(again));
        await joined.Session.SendAsync($"43{IdOf(asked)}[\"wrong\"]", $"43{IdOf(again)}[\"right\"]");
        Assert.Equal("right", await second.Within());
    }

    [Theory, BothWires]
    public async Task A_question_from_the_buffer_outlives_the_connection_that_it_never_saw(ClientTransports transports)
    {
        RawServer server = await ServerAsync();
        RealtimeClient client = Build(server, transports);
        Task<string> asked = client.EmitAsync(Events.Echo, "patience").AsTask();
        Task connecting = client.ConnectAsync();
        RawSession first = await server.AcceptAsync();
        await first.ExpectAsync("40");
        first.End(); // before CONNECT was answered

        RawSession second = await server.AcceptAsync();
        await second.AcceptAsync();
        await connecting.Within();
        string packet = await second.ReceiveAsync();
        await second.SendAsync($"43{IdOf(packet)}[\"rewarded\"]");

        Assert.Equal("rewarded", await asked.Within());
    }

    private static string IdOf(string packet) => packet[2..packet.IndexOf('[', StringComparison.Ordinal)];
}
