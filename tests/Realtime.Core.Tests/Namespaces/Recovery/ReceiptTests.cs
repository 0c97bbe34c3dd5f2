using Microsoft.Extensions.DependencyInjection;
using Realtime.Core.Namespaces;
using Realtime.Core.Protocol;
using Realtime.Core.Tests.Hosting;

namespace Realtime.Core.Tests.Namespaces.Recovery;

public sealed class ReceiptTests : IAsyncDisposable
{
    private static readonly RealtimeEvent<int> s_news = new("news");

    private readonly TestServer _server = TestServer.Start(builder => builder.AddNamespace("/", space => space.OnConnected(socket => socket.JoinAsync("room"))));

    private RealtimeNamespace Space => _server.Server.Of("/");

    public async ValueTask DisposeAsync() => await _server.DisposeAsync();

    [Fact]
    public async Task An_emit_has_arrived_when_enough_clients_have_reported_its_position()
    {
        RecoveringClient[] clients = [await ConnectAsync(), await ConnectAsync(), await ConnectAsync()];
        TrackedEmit emit = await Space.To("room").EmitTrackedAsync(s_news, 1);
        Assert.Equal(1, Assert.Single(emit.Offsets).Offset);
        Task<int> two = emit.WhenDeliveredAsync(2, TimeSpan.FromMinutes(1));

        Report(clients[0]);
        Report(clients[0]);
        Assert.False(two.IsCompleted);
        Report(clients[1]);

        Assert.Equal(2, await two.Within());
        Assert.Equal(2, await emit.WhenDeliveredAsync(2, TimeSpan.FromMinutes(1)).Within());
    }

    [Fact]
    public async Task Who_is_left_out_does_not_count()
    {
        RecoveringClient client = await ConnectAsync();
        RecoveringClient leftOut = await ConnectAsync();
        TrackedEmit emit = await Space.To("room").Except(leftOut.Sid).EmitTrackedAsync(s_news, 1);
        await Space.To("room").EmitAsync(s_news, 2);
        Task<int> two = emit.WhenDeliveredAsync(2, TimeSpan.FromMinutes(1));
        Report(client);
        Report(leftOut);
        Assert.False(two.IsCompleted);

        _server.Time.Advance(TimeSpan.FromMinutes(1));

        Assert.Equal(1, await two.Within());
    }

    [Fact]
    public async Task Where_nobody_recovers_nothing_is_numbered()
    {
        (_, _) = await _server.JoinAsync();
        TrackedEmit emit = await Space.To("room").EmitTrackedAsync(s_news, 1);

        Assert.Empty(emit.Offsets);
        Assert.Equal(0, await emit.WhenDeliveredAsync(1, TimeSpan.FromMinutes(1)).Within());
    }

    private async Task<RecoveringClient> ConnectAsync()
    {
        RecoveringClient client = await new RecoveringClient(_server).ConnectAsync();
        await Patience.UntilAsync(() => client.Read().Positions.Count == 3);
        return client;
    }

    private static void Report(RecoveringClient client)
    {
        string positions = string.Join(',', client.Read().Positions.Select(static position => $"\"{position.Key}\":{position.Value}"));
        client.Raw.Send($"42[\"$rt:pos\",{{{positions}}}]");
    }
}
