using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using Realtime.Core.Connections;
using Realtime.Core.Hosting;
using Realtime.Core.Tests.Connections;
using Realtime.Core.Tests.Hosting;

namespace Realtime.Core.Tests.Namespaces.Recovery;

/// <summary>What clients are told by a server that stops in order.</summary>
public sealed class ReconnectNoticeTests
{
    [Fact]
    public async Task A_client_that_recovers_is_told_a_random_part_of_the_spread_and_then_its_connection_closes()
    {
        var random = new Queue<double>([0, 0.25, 0.9999]);
        await using TestServer server = Start(options => options.Random = random.Dequeue);
        RecoveringClient[] clients = [await ConnectAsync(server), await ConnectAsync(server), await ConnectAsync(server)];

        await StopAsync(server);

        Assert.All(clients, static client => Assert.True(client.Raw.HasEnded));
        Assert.All(clients, static client => Assert.Equal(CloseReason.ServerShuttingDown, client.Raw.Connection.CloseReason));
        Assert.Equal(
            ["42[\"$rt:away\",{\"after\":0}]", "42[\"$rt:away\",{\"after\":1250}]", "42[\"$rt:away\",{\"after\":4999}]"],
            clients.Select(static client => Assert.Single(client.Raw.Take())).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Times_are_spread_evenly_without_anybody_fixing_them()
    {
        await using TestServer server = Start(options => options.ReconnectSpread = TimeSpan.FromSeconds(60));
        var clients = new List<RecoveringClient>();
        for (int i = 0; i < 200; i++)
        {
            clients.Add(await ConnectAsync(server));
        }

        await StopAsync(server);

        // Each quarter holds 50 of 200 on average; fewer than 20 come once in some ten million runs.
        int[] quarters = new int[4];
        clients.ForEach(client => quarters[AfterOf(Assert.Single(client.Raw.Take())) / 15_000]++);
        Assert.All(quarters, static quarter => Assert.InRange(quarter, 20, 200));
    }

    [Fact]
    public async Task All_namespaces_of_a_connection_are_told_the_same_time()
    {
        var random = new Queue<double>([0.5, 0.75]);
        await using TestServer server = Start(options => options.Random = random.Dequeue);
        RecoveringClient client = await ConnectAsync(server);
        client.Raw.Send("40/chat,{\"$realtime\":{\"v\":1,\"try\":1}}");
        await Patience.UntilAsync(() => client.Raw.Lines.Count(static line => line.StartsWith("42/chat,[\"$rt:at", StringComparison.Ordinal)) >= 2);
        client.Raw.Take();

        await StopAsync(server);

        Assert.Equal(["42/chat,[\"$rt:away\",{\"after\":2500}]", "42[\"$rt:away\",{\"after\":2500}]"], client.Raw.Take().Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Clients_that_do_not_recover_by_the_extension_are_told_nothing()
    {
        await using TestServer server = Start(static options => options.StockClients = true);
        await using TestServer other = Start(static _ => { });
        StockClient stock = await new StockClient(server).ConnectAsync();
        stock.Raw.Take();
        (TestClient plain, _) = await other.JoinAsync();
        await StopAsync(server);
        await StopAsync(other);

        Assert.NotNull(stock.Pid);
        Assert.True(stock.Raw.HasEnded && plain.HasEnded);
        Assert.Empty(stock.Raw.Take().Concat(plain.Take()));
    }

    [Fact]
    public async Task Without_a_spread_nobody_is_told()
    {
        await using TestServer server = Start(static options => options.ReconnectSpread = TimeSpan.Zero);
        RecoveringClient client = await ConnectAsync(server);
        await StopAsync(server);

        Assert.True(client.Raw.HasEnded);
        Assert.Empty(client.Raw.Take());
    }

    [Fact]
    public async Task Who_takes_nothing_at_that_moment_is_told_when_it_does_and_only_then_is_the_connection_closed()
    {
        await using TestServer server = Start(static options => options.Random = static () => 0.5);
        RecoveringClient client = await ConnectAsync(server);
        client.Raw.Peer.Pause();
        await server.Server.Of("/").EmitAsync("before", 1);
        await StopAsync(server);
        Assert.False(client.Raw.HasEnded);
        Assert.Empty(client.Raw.Lines);

        client.Raw.Peer.Resume();

        Assert.True(client.Raw.HasEnded);
        Assert.Equal("before1 $rt:away", client.Took());
    }

    [Fact]
    public async Task Who_never_takes_it_is_given_up_after_the_time_of_a_close()
    {
        await using TestServer server = Start(static _ => { });
        RecoveringClient client = await ConnectAsync(server);
        client.Raw.Peer.Pause();
        await StopAsync(server);
        Assert.False(client.Raw.HasEnded);

        server.Time.Advance(server.Server.Options.Connections.CloseTimeout + TimeSpan.FromSeconds(1));

        await Patience.UntilAsync(() => client.Raw.HasEnded);
        Assert.Equal(0, server.Server.Engine.Count);
    }

    [Theory]
    [InlineData(-1, false)]
    [InlineData(0, true)]
    [InlineData(TimeSpan.TicksPerMinute, true)]
    [InlineData(TimeSpan.TicksPerMinute + 1, false)]
    public void The_spread_is_from_zero_to_a_minute(long ticks, bool isValid)
    {
        var options = new RealtimeOptions();
        options.Recovery.ReconnectSpread = TimeSpan.FromTicks(ticks);

        ValidateOptionsResult result = new RealtimeOptionsValidator().Validate(null, options);

        Assert.Equal(isValid ? [] : ["Recovery.ReconnectSpread must be between zero and a minute."], result.Failures ?? []);
    }

    private static TestServer Start(Action<Core.Namespaces.Recovery.RecoveryOptions> configure) => TestServer.Start(
        static builder => builder.AddNamespace("/").AddNamespace("/chat"),
        options => configure(options.Recovery));

    private static async Task<RecoveringClient> ConnectAsync(TestServer server)
    {
        RecoveringClient client = await new RecoveringClient(server).ConnectAsync();
        await Patience.UntilAsync(() => client.Read().Positions.Count >= 2);
        return client;
    }

    private static Task StopAsync(TestServer server) => server.Services.GetServices<IHostedService>().Single().StopAsync(CancellationToken.None);

    private static int AfterOf(string line) =>
        (int)System.Text.Json.Nodes.JsonNode.Parse(line[2..])![1]!["after"]!;
}
