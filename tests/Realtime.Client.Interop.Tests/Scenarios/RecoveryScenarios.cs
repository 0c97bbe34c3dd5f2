using Realtime.Client.Interop.Tests.Servers;
using Realtime.Client.Interop.Tests.Support;
using Realtime.Client.States;
using Realtime.Contracts;

namespace Realtime.Client.Interop.Tests.Scenarios;

/// <summary>Sessions that outlive their connections: by Node's connection state recovery, and by the extension of our server.</summary>
/// <param name="shared">The host.</param>
/// <param name="profile">Which of its servers recovers.</param>
public abstract class RecoveryScenarios(SharedServer shared, string profile) : Scenario(shared, recovers: true)
{
    protected string Profile => profile;

    protected ServerRpc Recovering => Server.Rpc(Profile);

    [Theory, EveryTransport]
    public async Task What_was_missed_arrives_before_what_is_new(ClientTransports transports)
    {
        RealtimeClient client = await ConnectAsync(transports, profile: Profile);
        Arrivals<int> hello = Arrivals.Of(client.Socket, Events.Hello);
        var states = StateLog.Of(client);
        string? id = client.Id;
        await Recovering.EmitAsync(id, Events.Hello.Name, 1);
        Assert.Equal(1, await hello.NextAsync());
        Assert.False(client.IsRecovered);

        await Recovering.CloseTransportAndEmitAsync(id, Events.Hello.Name, 2, 3, 4);
        await states.UntilAsync(ClientState.Connected);
        await Recovering.EmitAsync(id, Events.Hello.Name, 5);

        Assert.Equal([2, 3, 4, 5], await hello.TakeAsync(4));
        Assert.True(client.IsRecovered);
        Assert.Equal(id, client.Id);
    }

    [Theory, EveryTransport]
    public async Task A_session_is_recovered_again_and_again(ClientTransports transports)
    {
        RealtimeClient client = await ConnectAsync(transports, profile: Profile);
        Arrivals<int> hello = Arrivals.Of(client.Socket, Events.Hello);
        var states = StateLog.Of(client);
        string? id = client.Id;
        await Recovering.EmitAsync(id, Events.Hello.Name, 0);

        for (int round = 1; round <= 3; round++)
        {
            Assert.Equal(round - 1, await hello.NextAsync());
            await Recovering.CloseTransportAndEmitAsync(id, Events.Hello.Name, round);
            await states.UntilAsync(ClientState.Connected);
            Assert.True(client.IsRecovered);
            Assert.Equal(id, client.Id);
        }

        Assert.Equal(3, await hello.NextAsync());
        Assert.Empty(hello.TakeAll());
    }

    [Theory, EveryTransport]
    public async Task A_client_that_left_is_not_recovered(ClientTransports transports)
    {
        RealtimeClient client = await ConnectAsync(transports, profile: Profile);
        Arrivals<int> hello = Arrivals.Of(client.Socket, Events.Hello);
        string? id = client.Id;
        await Recovering.EmitAsync(id, Events.Hello.Name, 1);
        await hello.NextAsync();
        await client.DisconnectAsync().Within();

        await client.ConnectAsync().Within();

        Assert.False(client.IsRecovered);
        Assert.NotEqual(id, client.Id);
    }

}

[Collection(nameof(OnNode))]
public sealed class RecoveryOnNode(SharedNode shared) : RecoveryScenarios(shared, "csr")
{
    [Theory, EveryTransport]
    public async Task Each_namespace_is_recovered_on_its_own(ClientTransports transports)
    {
        RealtimeClient client = await ConnectAsync(transports, profile: Profile);
        ClientSocket a = await ConnectAsync(client.Of("/a")), without = await ConnectAsync(client.Of("/b"));
        Arrivals<int> onMain = Arrivals.Of(client.Socket, Events.Hello), onA = Arrivals.Of(a, Events.Hello);
        StateLog ofA = StateLog.Of(a), ofMain = StateLog.Of(client.Socket), ofThird = StateLog.Of(without);
        (string? main, string? other, string? third) = (client.Id, a.Id, without.Id);
        await Recovering.EmitAsync(main, Events.Hello.Name, 1);
        await Recovering.EmitInAsync("/a", other, Events.Hello.Name, 10);
        Assert.Equal(1, await onMain.NextAsync());
        Assert.Equal(10, await onA.NextAsync());

        await Recovering.CloseTransportAndEmitAsync(main, Events.Hello.Name, 2);
        await ofMain.UntilAsync(ClientState.Connected);
        await ofA.UntilAsync(ClientState.Connected);
        await ofThird.UntilAsync(ClientState.Connected);

        Assert.Equal(2, await onMain.NextAsync());
        Assert.Equal((main, other), (client.Id, a.Id));
        Assert.True(client.IsRecovered && a.IsRecovered);
        Assert.False(without.IsRecovered); // nothing had ever arrived there: there is no offset to go on from
        Assert.NotEqual(third, without.Id);
    }

    [Theory, EveryTransport]
    public async Task Without_a_first_event_there_is_nothing_to_recover_from(ClientTransports transports)
    {
        RealtimeClient client = await ConnectAsync(transports, profile: Profile);
        var states = StateLog.Of(client);
        string? id = client.Id;

        await Recovering.CloseTransportAsync(id);
        await states.UntilAsync(ClientState.Connected);

        Assert.False(client.IsRecovered);
        Assert.NotEqual(id, client.Id);
    }

    [Theory, EveryTransport]
    public async Task The_offset_is_one_argument_more_for_those_who_look_and_nothing_for_typed_handlers(ClientTransports transports)
    {
        RealtimeClient client = await ConnectAsync(transports, profile: Profile);
        Arrivals<int> hello = Arrivals.Of(client.Socket, Events.Hello);
        Arrivals<string> any = Arrivals.OfAny(client.Socket);

        await Recovering.EmitAsync(client.Id, Events.Hello.Name, 1);

        Assert.Equal(1, await hello.NextAsync());
        Assert.Matches("""^hello\[1,"[^"]+"\]$""", await any.NextAsync());
    }
}

[Collection(nameof(OnOurs))]
public sealed class RecoveryOnOurs(SharedOurs shared) : RecoveryScenarios(shared, "default")
{
    [Theory, EveryTransport]
    public async Task Each_namespace_is_recovered_on_its_own_also_where_nothing_had_ever_arrived(ClientTransports transports)
    {
        RealtimeClient client = await ConnectAsync(transports);
        ClientSocket a = await ConnectAsync(client.Of("/a")), silent = await ConnectAsync(client.Of("/b"));
        Arrivals<int> onA = Arrivals.Of(a, Events.Hello);
        StateLog ofA = StateLog.Of(a), ofSilent = StateLog.Of(silent);
        (string? main, string? idOfA, string? idOfSilent) = (client.Id, a.Id, silent.Id);

        await Recovering.CloseTransportAsync(main);
        await Recovering.EmitToAsync("/a", idOfA, Events.Hello.Name, 10);
        await ofA.UntilAsync(ClientState.Connected);
        await ofSilent.UntilAsync(ClientState.Connected);

        Assert.Equal(10, await onA.NextAsync());
        Assert.Equal((idOfA, idOfSilent), (a.Id, silent.Id));
        Assert.True(a.IsRecovered && silent.IsRecovered);
    }

    [Theory, EveryTransport]
    public async Task Handlers_never_see_positions_or_numbers(ClientTransports transports)
    {
        RealtimeClient client = await ConnectAsync(transports);
        Arrivals<string> any = Arrivals.OfAny(client.Socket);

        await Recovering.EmitAsync(client.Id, Events.Hello.Name, 1);
        await client.EmitAsync(Events.Collect, 2);
        await client.EmitAsync(Events.Echo, "all have arrived").Within();

        Assert.Equal("hello[1]", await any.NextAsync());
        Assert.Equal("[2]", Assert.Single(await Rpc.ReceivedAsync(client.Id, Events.Collect.Name)).ToJsonString());
    }

    [Theory, EveryTransport]
    public async Task Whoever_awaits_an_answer_gets_it_after_the_connection_was_lost(ClientTransports transports)
    {
        RealtimeClient client = await ConnectAsync(transports, static builder => builder.WithReconnectPolicy(new PatientDelays()));
        var states = StateLog.Of(client);
        string? id = client.Id;
        await Recovering.CloseTransportAsync(id);
        await states.UntilAsync(ClientState.Reconnecting);
        Task<string> asked = client.EmitAsync(Events.Echo, "asked while away").AsTask();
        await RetryAsync(client);

        Assert.Equal("asked while away", await asked.Within());
        Assert.Equal(id, client.Id);
    }
}
