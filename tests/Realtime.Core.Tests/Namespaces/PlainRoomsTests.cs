using System.Collections.Concurrent;
using Microsoft.Extensions.DependencyInjection;
using Realtime.Core.Backplane;
using Realtime.Core.Identifiers;
using Realtime.Core.Sequencing;
using Realtime.Core.Tests.Connections;
using Realtime.Core.Tests.Hosting;

namespace Realtime.Core.Tests.Namespaces;

public sealed class PlainRoomsTests
{
    [Fact]
    public async Task A_backplane_that_routes_by_room_knows_the_rooms_of_every_socket_before_its_handlers_run()
    {
        await using var backplane = new RoutingBackplane();
        IReadOnlyDictionary<string, int>? known = null;
        await using TestServer server = TestServer.Start(builder => builder.UseBackplane(_ => backplane).AddNamespace("/", space => space.OnConnected(async socket =>
        {
            await socket.JoinAsync("a", "b");
            known = backplane.Rooms;
        })));
        (_, string id) = await server.JoinAsync();
        await Patience.UntilAsync(() => known is not null);

        Assert.Equal(new[] { "", id, "a", "b" }.Order(StringComparer.Ordinal), known!.Keys.Order(StringComparer.Ordinal));
        Assert.All(known.Values, static count => Assert.Equal(1, count));
    }

    [Fact]
    public async Task Every_room_is_taken_back_once()
    {
        bool isReady = false;
        await using var backplane = new RoutingBackplane();
        await using TestServer server = TestServer.Start(builder => builder.UseBackplane(_ => backplane).AddNamespace("/", space => space.OnConnected(async socket =>
        {
            await socket.JoinAsync("a", "b");
            await socket.JoinAsync("a");
            await socket.LeaveAsync("b");
            await socket.LeaveAsync("b");
            isReady = true;
        })));
        (TestClient client, _) = await server.JoinAsync();
        await Patience.UntilAsync(() => isReady);
        Assert.Equal(0, backplane.Rooms.GetValueOrDefault("b"));
        Assert.Equal(1, backplane.Rooms["a"]);

        client.Send("41"); // it leaves

        await Patience.UntilAsync(() => backplane.Rooms.Values.All(static count => count == 0));
    }

    private sealed class RoutingBackplane : IBackplane
    {
        private readonly LocalBackplane _inner = new();
        private readonly ConcurrentDictionary<string, int> _rooms = new(StringComparer.Ordinal);

        internal IReadOnlyDictionary<string, int> Rooms => _rooms.ToDictionary(StringComparer.Ordinal);

        public bool RoutesByRoom => true;

        public async ValueTask EnterAsync(NamespacePath path, string room, CancellationToken cancellationToken)
        {
            await Task.Yield();
            _rooms.AddOrUpdate(room, 1, static (_, count) => count + 1);
        }

        public async ValueTask LeaveAsync(NamespacePath path, string room, CancellationToken cancellationToken)
        {
            await Task.Yield();
            _rooms.AddOrUpdate(room, -1, static (_, count) => count - 1);
        }

        public ValueTask<int> CountNodesAsync(NamespacePath path, CancellationToken cancellationToken) => _inner.CountNodesAsync(path, cancellationToken);

        public ValueTask StartAsync(IBackplaneReceiver receiver, CancellationToken cancellationToken) => _inner.StartAsync(receiver, cancellationToken);

        public ValueTask<PublishResult> PublishAsync(Publication publication, CancellationToken cancellationToken) => _inner.PublishAsync(publication, cancellationToken);

        public ValueTask<LogHead?> OpenLogAsync(NamespacePath path, string room, CancellationToken cancellationToken) => _inner.OpenLogAsync(path, room, cancellationToken);

        public ValueTask CloseLogAsync(NamespacePath path, string room, CancellationToken cancellationToken) => _inner.CloseLogAsync(path, room, cancellationToken);

        public ValueTask<LogPage?> ReadAsync(NamespacePath path, string room, StreamPosition after, int maxEntries, CancellationToken cancellationToken) =>
            _inner.ReadAsync(path, room, after, maxEntries, cancellationToken);

        public ValueTask DisposeAsync() => _inner.DisposeAsync();
    }
}
