using System.Text.Json.Nodes;
using Realtime.Client.Interop.Tests.Servers;
using Realtime.Client.Interop.Tests.Support;
using Realtime.Client.States;
using Realtime.Contracts;
using Realtime.Core.Acks;

namespace Realtime.Client.Interop.Tests.Scenarios;

public abstract class ReconnectScenarios(SharedServer shared) : Scenario(shared)
{
    [Theory, EveryTransport]
    public async Task A_client_whose_transport_is_closed_comes_back(ClientTransports transports)
    {
        RealtimeClient client = await ConnectAsync(transports);
        Arrivals<int> hello = Arrivals.Of(client.Socket, Events.Hello);
        var states = StateLog.Of(client);
        string? first = client.Id;

        await Rpc.CloseTransportAsync(first);

        StateChange lost = await states.UntilAsync(ClientState.Reconnecting);
        Assert.Equal(ClientState.Connected, lost.Previous);
        Assert.NotNull(lost.Reason);
        Assert.Equal(ShortDelays.Of(0), lost.Delay);
        await states.UntilAsync(ClientState.Connected);
        Assert.NotEqual(first, client.Id);
        Assert.False(client.IsRecovered);
        await Rpc.EmitAsync(client.Id, Events.Hello.Name, 7);
        Assert.Equal(7, await hello.NextAsync());
    }

    [Theory, EveryTransport]
    public async Task A_client_whose_connections_are_reset_comes_back(ClientTransports transports)
    {
        await using var proxy = new TcpProxy(Server.Port);
        RealtimeClient client = await ConnectAsync(transports, url: proxy.Url);
        var states = StateLog.Of(client);

        await Bounded.UntilAsync(
            () =>
            {
                proxy.Cut(); // between two polls there is nothing that is missed
                return states.TakeAll().Exists(static change => change.Current == ClientState.Reconnecting);
            },
            "the client has lost its connection");
        await Bounded.UntilAsync(() => IsAnsweredAsync(client), "it is back");
    }

    // The last cut may have hit the connection that was to be the new one.
    private static async Task<bool> IsAnsweredAsync(RealtimeClient client)
    {
        try
        {
            return await client.EmitAsync(Events.Echo, "again").Within() == "again";
        }
        catch (DisconnectedException)
        {
            return false;
        }
    }

    [Theory, EveryTransport]
    public async Task What_is_emitted_while_away_arrives_once_and_in_order_and_before_what_comes_later(ClientTransports transports)
    {
        RealtimeClient client = await ConnectAsync(transports, static builder => builder.WithReconnectPolicy(new PatientDelays()));
        var states = StateLog.Of(client);
        await Rpc.CloseTransportAsync(client.Id);
        await states.UntilAsync(ClientState.Reconnecting);

        for (int i = 0; i < 100; i++)
        {
            await client.EmitAsync(Events.Collect, i);
        }

        Task<string> asked = client.EmitAsync(Events.Echo, "from the buffer").AsTask();
        await RetryAsync(client);
        for (int i = 100; i < 200; i++)
        {
            await client.EmitAsync(Events.Collect, i);
        }

        Assert.Equal("from the buffer", await asked.Within());
        await client.EmitAsync(Events.Echo, "all have arrived").Within();
        JsonNode[] arrived = await Rpc.ReceivedAsync(client.Id, Events.Collect.Name);
        Assert.Equal(Enumerable.Range(0, 200), arrived.Select(static arguments => (int)arguments[0]!));
    }

    [Theory, EveryTransport]
    public async Task What_is_emitted_before_the_first_connection_arrives(ClientTransports transports)
    {
        RealtimeClient client = Build(transports);
        for (int i = 0; i < 10; i++)
        {
            await client.EmitAsync(Events.Collect, i);
        }

        await client.ConnectAsync().Within();

        await client.EmitAsync(Events.Echo, "all have arrived").Within();
        Assert.Equal(Enumerable.Range(0, 10), (await Rpc.ReceivedAsync(client.Id, Events.Collect.Name)).Select(static arguments => (int)arguments[0]!));
    }

    [Theory, EveryTransport]
    public async Task Volatile_events_are_dropped_while_there_is_no_connection(ClientTransports transports)
    {
        RealtimeClient client = await ConnectAsync(transports, static builder => builder.WithReconnectPolicy(new PatientDelays()));
        var states = StateLog.Of(client);
        await Rpc.CloseTransportAsync(client.Id);
        await states.UntilAsync(ClientState.Reconnecting);

        await client.Volatile.EmitAsync(Events.Collect, 1);
        await client.Volatile.EmitAsync("with-binary", new byte[] { 1 }, new byte[] { 2 });
        await client.EmitAsync(Events.Collect, 2);
        await RetryAsync(client);

        await client.EmitAsync(Events.Echo, "all have arrived").Within();
        Assert.Equal([2], (await Rpc.ReceivedAsync(client.Id, Events.Collect.Name)).Select(static arguments => (int)arguments[0]!));
        Assert.Empty(await Rpc.ReceivedAsync(client.Id, "with-binary"));
    }

    [Theory, EveryTransport]
    public async Task Whoever_awaits_an_acknowledgement_is_told_when_the_connection_is_lost(ClientTransports transports)
    {
        RealtimeClient client = await ConnectAsync(transports);
        Task<string> asked = client.EmitAsync(Events.NobodyAnswers, "anyone?").AsTask();
        await client.EmitAsync(Events.Echo, "it has arrived").Within();

        await Rpc.CloseTransportAsync(client.Id);

        await Assert.ThrowsAsync<DisconnectedException>(() => asked.Within());
    }

    [Theory, EveryTransport]
    public async Task A_client_that_the_server_disconnects_does_not_come_back_by_itself(ClientTransports transports)
    {
        RealtimeClient client = await ConnectAsync(transports);
        var states = StateLog.Of(client);
        Task<string> asked = client.EmitAsync(Events.NobodyAnswers, "anyone?").AsTask();

        await client.EmitAsync(Events.DisconnectMe, false);

        StateChange ended = await states.UntilAsync(ClientState.Disconnected);
        Assert.Equal([ended], states.Seen);
        await Assert.ThrowsAsync<DisconnectedException>(() => asked.Within());
        await client.ConnectAsync().Within();
        Assert.Equal("again", await client.EmitAsync(Events.Echo, "again").Within());
    }

    [Theory, EveryTransport]
    public async Task A_server_that_falls_silent_is_missed_within_its_own_figures(ClientTransports transports)
    {
        await using var proxy = new TcpProxy(Server.Port);
        RealtimeClient client = await ConnectAsync(
            transports,
            static builder => builder.Configure(static options => options.ConnectTimeout = TimeSpan.FromSeconds(1)),
            "fast",
            proxy.Url);
        var states = StateLog.Of(client);
        await SettledAsync(client, transports);

        proxy.FallSilent();

        StateChange lost = await states.UntilAsync(ClientState.Reconnecting);
        Assert.Equal(ClientCloseReason.PingTimeout, lost.Reason);
        await states.UntilAsync(ClientState.Connected);
        Assert.Equal("again", await client.EmitAsync(Events.Echo, "again").Within());
    }

    [Theory, EveryTransport]
    public async Task A_client_can_leave_a_server_that_has_fallen_silent(ClientTransports transports)
    {
        await using var proxy = new TcpProxy(Server.Port);
        RealtimeClient client = await ConnectAsync(transports, url: proxy.Url);
        await SettledAsync(client, transports);
        Task<string> asked = client.EmitAsync(Events.NobodyAnswers, "anyone?").AsTask();
        proxy.FallSilent();

        await client.DisconnectAsync().Within();

        Assert.Equal(ClientState.Disconnected, client.State);
        await Assert.ThrowsAsync<DisconnectedException>(() => asked.Within());
    }

    [Theory]
    [InlineData(ClientTransports.Polling)]
    [InlineData(ClientTransports.PollingWithUpgrade)]
    public async Task Many_small_events_never_make_a_body_that_the_server_refuses(ClientTransports transports)
    {
        RealtimeClient client = Build(transports, profile: "small"); // takes 1,000 bytes in one body
        var states = StateLog.Of(client);
        string text = new('é', 100);
        for (int i = 0; i < 50; i++)
        {
            await client.EmitAsync("note", i, text);
        }

        await client.ConnectAsync().Within();

        await client.EmitAsync(Events.Echo, "all have arrived").Within();
        JsonNode[] arrived = await Server.Rpc("small").ReceivedAsync(client.Id, "note");
        Assert.Equal(Enumerable.Range(0, 50), arrived.Select(static arguments => (int)arguments[0]!));
        Assert.DoesNotContain(ClientState.Reconnecting, states.TakeAll().Select(static change => change.Current));
    }
}

[Collection(nameof(OnOurs))]
public sealed class ReconnectOnOurs(SharedOurs shared) : ReconnectScenarios(shared);

[Collection(nameof(OnNode))]
public sealed class ReconnectOnNode(SharedNode shared) : ReconnectScenarios(shared);
