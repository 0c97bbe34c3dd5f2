using Realtime.Client.Interop.Tests.Servers;
using Realtime.Client.Interop.Tests.Support;
using Realtime.Client.States;
using Realtime.Contracts;

namespace Realtime.Client.Interop.Tests.Scenarios;

public abstract class NamespaceScenarios(SharedServer shared, bool recovers = false) : Scenario(shared, recovers)
{
    [Fact]
    public async Task Several_namespaces_share_one_connection()
    {
        await using var proxy = new TcpProxy(Server.Port);
        RealtimeClient client = await ConnectAsync(ClientTransports.WebSocket, url: proxy.Url);
        ClientSocket[] others = [client.Of("/a"), client.Of("/b"), client.Of("/dynamic-7")];
        await Task.WhenAll(others.Select(static socket => socket.ConnectAsync())).Within();

        Assert.All(others, static socket => Assert.Equal(ClientState.Connected, socket.State));
        Assert.Equal(4, others.Select(static socket => socket.Id).Append(client.Id).Distinct().Count());
        Assert.Equal(1, proxy.Connections);
        Assert.Same(others[0], client.Of("/a"));
    }

    [Theory, EveryTransport]
    public async Task Each_namespace_has_its_own_events_and_acknowledgements(ClientTransports transports)
    {
        RealtimeClient client = await ConnectAsync(transports);
        ClientSocket a = await ConnectAsync(client.Of("/a"));
        Arrivals<string> onMain = Arrivals.Of(client.Socket, Events.TextBack);
        Arrivals<string> onA = Arrivals.Of(a, Events.TextBack);

        await client.EmitAsync(Events.TextBack, "main");
        await a.EmitAsync(Events.TextBack, "a");
        Task<string>[] answers = [.. Enumerable.Range(0, 20).Select(i => (i % 2 == 0 ? a : client.Socket).EmitAsync(Events.Echo, $"{i}").AsTask())];

        Assert.Equal(Enumerable.Range(0, 20).Select(static i => $"{i}"), await Task.WhenAll(answers).Within());
        Assert.Equal("main", await onMain.NextAsync());
        Assert.Equal("a", await onA.NextAsync());
        Assert.Empty(onMain.TakeAll());
        Assert.Empty(onA.TakeAll());
    }

    [Theory, EveryTransport]
    public async Task A_namespace_that_is_refused_leaves_the_others_alone(ClientTransports transports)
    {
        RealtimeClient client = await ConnectAsync(transports);
        var states = StateLog.Of(client);
        ClientSocket refused = client.Of("/reject");
        ClientSocket unknown = client.Of("/nowhere");
        ClientSocket fine = client.Of("/a");

        Task connecting = fine.ConnectAsync();
        Refusal.AssertSays(await Assert.ThrowsAsync<ConnectRefusedException>(() => refused.ConnectAsync().Within()), "Authentication error", """{"a":"b","c":3}""");
        Refusal.AssertSays(await Assert.ThrowsAsync<ConnectRefusedException>(() => unknown.ConnectAsync().Within()), "Invalid namespace", data: null);
        await connecting.Within();

        Assert.Equal(ClientState.Disconnected, refused.State);
        Assert.Equal("main", await client.EmitAsync(Events.Echo, "main").Within());
        Assert.Equal("a", await fine.EmitAsync(Events.Echo, "a").Within());
        Assert.Empty(states.TakeAll());
    }

    [Theory, EveryTransport]
    public async Task A_namespace_that_the_client_leaves_leaves_the_others_alone(ClientTransports transports)
    {
        RealtimeClient client = await ConnectAsync(transports);
        ClientSocket a = await ConnectAsync(client.Of("/a"));
        string? first = a.Id;

        await a.DisconnectAsync().Within();

        Assert.Equal("client namespace disconnect", await Rpc.DisconnectedAsync(first, "/a"));
        Assert.Equal(ClientState.Disconnected, a.State);
        Assert.Equal("main", await client.EmitAsync(Events.Echo, "main").Within());
        await a.ConnectAsync().Within();
        Assert.NotEqual(first, a.Id);
        Assert.Equal("a", await a.EmitAsync(Events.Echo, "a").Within());
    }

    [Theory, EveryTransport]
    public async Task A_namespace_that_the_server_ends_stays_ended_and_leaves_the_others_alone(ClientTransports transports)
    {
        RealtimeClient client = await ConnectAsync(transports);
        ClientSocket a = await ConnectAsync(client.Of("/a"));
        var states = StateLog.Of(a);

        await Rpc.DisconnectAsync("/a", a.Id);

        StateChange change = await states.UntilAsync(ClientState.Disconnected);
        Assert.Equal(ClientState.Connected, change.Previous);
        Assert.Equal("main", await client.EmitAsync(Events.Echo, "main").Within());
        Assert.Equal(ClientState.Disconnected, a.State);
        Assert.Single(states.Seen);
    }

    [Theory, EveryTransport]
    public async Task A_server_that_ends_the_whole_connection_ends_every_namespace_for_good(ClientTransports transports)
    {
        RealtimeClient client = await ConnectAsync(transports);
        ClientSocket a = await ConnectAsync(client.Of("/a"));
        StateLog ofMain = StateLog.Of(client.Socket), ofA = StateLog.Of(a);

        await Rpc.DisconnectAsync("/", client.Id, close: true);

        await ofMain.UntilAsync(ClientState.Disconnected);
        await ofA.UntilAsync(ClientState.Disconnected);
        Assert.Single(ofMain.Seen);
        Assert.Single(ofA.Seen);
        await client.ConnectAsync().Within();
        Assert.Equal("again", await client.EmitAsync(Events.Echo, "again").Within());
    }

    [Theory, EveryTransport]
    public async Task Events_that_a_middleware_emits_before_the_connection_is_accepted_are_delivered(ClientTransports transports)
    {
        RealtimeClient client = Build(transports, static builder => builder.WithNamespace("/early"));
        Arrivals<int> early = Arrivals.Of(client.Socket, Events.Early);

        await client.ConnectAsync().Within();

        Assert.Equal([1, 2], await early.TakeAsync(2));
    }

    [Theory, EveryTransport]
    public async Task Events_of_the_connection_handler_come_in_order(ClientTransports transports)
    {
        RealtimeClient client = Build(transports, static builder => builder.WithNamespace("/welcome"));
        Arrivals<int> welcome = Arrivals.Of(client.Socket, Events.Welcome);

        await client.ConnectAsync().Within();

        Assert.Equal([1, 2], await welcome.TakeAsync(2));
    }

    [Theory, EveryTransport]
    public async Task Every_namespace_comes_back_with_the_connection(ClientTransports transports)
    {
        RealtimeClient client = await ConnectAsync(transports);
        ClientSocket a = await ConnectAsync(client.Of("/a")), left = await ConnectAsync(client.Of("/b"));
        await left.DisconnectAsync().Within();
        StateLog ofMain = StateLog.Of(client.Socket), ofA = StateLog.Of(a);

        await Rpc.CloseTransportAsync(client.Id);
        await ofMain.UntilAsync(ClientState.Connected);
        await ofA.UntilAsync(ClientState.Connected);

        Assert.Equal("main", await client.EmitAsync(Events.Echo, "main").Within());
        Assert.Equal("a", await a.EmitAsync(Events.Echo, "a").Within());
        Assert.Equal(ClientState.Disconnected, left.State);
    }
}

[Collection(nameof(OnOurs))]
public sealed class NamespaceOnOurs(SharedOurs shared) : NamespaceScenarios(shared);

[Collection(nameof(OnNode))]
public sealed class NamespaceOnNode(SharedNode shared) : NamespaceScenarios(shared);

[Collection(nameof(OnOurs))]
public sealed class NamespaceOnOursRecovering(SharedOurs shared) : NamespaceScenarios(shared, recovers: true);
