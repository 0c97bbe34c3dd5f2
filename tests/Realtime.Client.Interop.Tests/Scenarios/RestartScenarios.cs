using System.Text.Json.Nodes;
using Realtime.Client.Interop.Tests.Servers;
using Realtime.Client.Interop.Tests.Support;
using Realtime.Client.States;
using Realtime.Contracts;

namespace Realtime.Client.Interop.Tests.Scenarios;

/// <summary>A server of its own that dies or stops, and comes back on the same port.</summary>
public abstract class RestartScenarios(SharedServer own) : Scenario(own)
{
    [Theory]
    [InlineData(ClientTransports.WebSocket, true)]
    [InlineData(ClientTransports.Polling, true)]
    [InlineData(ClientTransports.PollingWithUpgrade, true)]
    [InlineData(ClientTransports.WebSocket, false)]
    [InlineData(ClientTransports.Polling, false)]
    [InlineData(ClientTransports.PollingWithUpgrade, false)]
    public async Task A_client_outlives_its_server_and_brings_what_it_had_to_say(ClientTransports transports, bool killed)
    {
        RealtimeClient client = await ConnectAsync(transports);
        ClientSocket a = await ConnectAsync(client.Of("/a"));
        var states = StateLog.Of(client);
        var ofA = StateLog.Of(a);
        string? before = client.Id;

        await (killed ? Server.KillAsync() : Server.StopAsync());
        StateChange lost = await states.UntilAsync(ClientState.Reconnecting);
        for (int i = 0; i < 50; i++)
        {
            await client.EmitAsync(Events.Collect, i);
        }

        // Several attempts fail while nobody is there; each says how often and how long until the next.
        StateChange later = lost;
        while (later.Attempt < 4)
        {
            later = await states.UntilAsync(ClientState.Reconnecting);
        }

        await Server.StartAsync();
        await states.UntilAsync(ClientState.Connected);
        await ofA.UntilAsync(ClientState.Connected);

        Assert.Equal(ClientState.Connected, lost.Previous);
        StateChange[] waits = [.. states.Seen.Where(static change => change.Current == ClientState.Reconnecting && change.Delay > TimeSpan.Zero)];
        Assert.Equal(Enumerable.Range(1, waits.Length), waits.Select(static change => change.Attempt));
        Assert.All(waits, static change => Assert.Equal(ShortDelays.Of(change.Attempt - 1), change.Delay));
        Assert.NotEqual(before, client.Id);
        Assert.False(client.IsRecovered);
        Assert.Equal("main", await client.EmitAsync(Events.Echo, "main").Within());
        Assert.Equal("a", await a.EmitAsync(Events.Echo, "a").Within());
        JsonNode[] arrived = await Rpc.ReceivedAsync(client.Id, Events.Collect.Name);
        Assert.Equal(Enumerable.Range(0, 50), arrived.Select(static arguments => (int)arguments[0]!));
    }

    [Theory, EveryTransport]
    public async Task A_client_that_is_there_before_its_server_connects_when_it_comes(ClientTransports transports)
    {
        await Server.KillAsync();
        RealtimeClient client = Build(transports);
        var states = StateLog.Of(client);

        Task connecting = client.ConnectAsync();
        StateChange change;
        do
        {
            change = await states.UntilAsync(ClientState.Connecting);
        }
        while (change.Delay == TimeSpan.Zero); // until an attempt has failed

        await Server.StartAsync();
        await connecting.Within();

        Assert.Equal("hello", await client.EmitAsync(Events.Echo, "hello").Within());
    }
}

public sealed class RestartOfOurs(SharedOurs own) : RestartScenarios(own), IClassFixture<SharedOurs>;

public sealed class RestartOfNode(SharedNode own) : RestartScenarios(own), IClassFixture<SharedNode>
{
    [Theory, EveryTransport]
    public async Task A_server_that_has_forgotten_the_session_begins_a_new_one(ClientTransports transports)
    {
        RealtimeClient client = await ConnectAsync(transports, profile: "csr");
        Arrivals<int> hello = Arrivals.Of(client.Socket, Events.Hello);
        var states = StateLog.Of(client);
        string? id = client.Id;
        await Server.Rpc("csr").EmitAsync(id, Events.Hello.Name, 1);
        await hello.NextAsync();

        await Server.KillAsync();
        await states.UntilAsync(ClientState.Reconnecting);
        await Server.StartAsync();
        await states.UntilAsync(ClientState.Connected);

        Assert.False(client.IsRecovered);
        Assert.NotEqual(id, client.Id);
        await Server.Rpc("csr").EmitAsync(client.Id, Events.Hello.Name, 2);
        Assert.Equal(2, await hello.NextAsync());
    }
}
