using System.Collections.Concurrent;
using Microsoft.Extensions.DependencyInjection;
using Realtime.Core.Namespaces;
using Realtime.Core.Tests.Connections;
using Realtime.Core.Tests.Hosting;

namespace Realtime.Core.Tests.Namespaces;

public sealed class ConcurrentEventTests
{
    private readonly ConcurrentQueue<string> _started = new();
    private readonly ConcurrentDictionary<string, TaskCompletionSource> _ends = new();

    [Fact]
    public async Task Handlers_start_in_order_and_as_many_run_at_once_as_may()
    {
        await using TestServer server = Start();
        (TestClient client, _) = await server.JoinAsync();
        client.Send("420[\"slow\",\"a\"]", "421[\"slow\",\"b\"]", "422[\"slow\",\"c\"]", "423[\"slow\",\"d\"]");
        Assert.Equal(["a", "b"], _started);
        End("b");
        await StartedAsync("a", "b", "c");
        End("c");
        await StartedAsync("a", "b", "c", "d");
        End("a", "d");
        await Patience.UntilAsync(() => client.Lines.Length == 4);

        Assert.Equal(["431[]", "432[]"], client.Lines[..2]);
    }

    [Fact]
    public async Task What_has_started_holds_up_nothing_but_more_of_it_than_may_run()
    {
        await using TestServer server = Start();
        (TestClient client, _) = await server.JoinAsync();
        client.Send("42[\"slow\",\"a\"]", "42[\"other\",\"b\"]", "42[\"slow\",\"c\"]", "421[\"one\",\"1\"]");
        Assert.Equal(["a", "b", "c", "1"], _started); // a, b and c still run: one degree for each event
        End("1");
        await Patience.UntilAsync(() => client.Lines.Length == 1);
        client.Send("42[\"slow\",\"d\"]", "42[\"other\",\"e\"]", "42[\"one\",\"2\"]");
        Assert.Equal(["a", "b", "c", "1"], _started);
        End("a");

        await StartedAsync("a", "b", "c", "1", "d", "e", "2");
        End("b", "c", "d", "e", "2");
    }

    [Fact]
    public async Task An_event_without_it_is_overtaken_by_nothing()
    {
        await using TestServer server = Start();
        (TestClient client, _) = await server.JoinAsync();
        client.Send("42[\"one\",\"1\"]", "42[\"slow\",\"a\"]", "42[\"one\",\"2\"]");
        Assert.Equal(["1"], _started);
        End("1");
        await StartedAsync("1", "a", "2");
        End("a", "2");
    }

    [Fact]
    public async Task The_end_of_the_socket_waits_for_all_of_them()
    {
        await using TestServer server = Start();
        (TestClient client, _) = await server.JoinAsync();
        client.Send("42[\"slow\",\"a\"]", "42[\"slow\",\"b\"]", "42[\"slow\",\"c\"]");
        client.Peer.Close();
        End("a");
        await StartedAsync("a", "b", "c"); // what had come before the end is still handled
        End("b");
        Assert.Equal(["a", "b", "c"], _started);
        End("c");

        await StartedAsync("a", "b", "c", "gone");
    }

    [Fact]
    public async Task A_server_that_stops_waits_for_all_of_them()
    {
        TestServer server = Start();
        (TestClient client, _) = await server.JoinAsync();
        client.Send("42[\"slow\",\"a\"]");
        Task stopped = server.Services.GetServices<Microsoft.Extensions.Hosting.IHostedService>().Single().StopAsync(CancellationToken.None);
        Assert.False(stopped.IsCompleted);
        End("a");
        await stopped.Within();

        Assert.Equal(["a", "gone"], _started);
        await server.DisposeAsync();
    }

    [Fact]
    public async Task What_waits_stops_the_reading_and_what_runs_does_not()
    {
        await using TestServer server = Start();
        (TestClient client, _) = await server.JoinAsync();
        client.Send("42[\"slow\",\"a\"]", "42[\"slow\",\"b\"]");
        Assert.False(client.Connection.IsReadingSuspended);
        client.Send("42[\"slow\",\"c\"]", "42[\"slow\",\"d\"]", "42[\"slow\",\"e\"]");
        Assert.True(client.Connection.IsReadingSuspended);
        End("a", "b");
        await Patience.UntilAsync(() => !client.Connection.IsReadingSuspended);
        End("c", "d", "e");
    }

    [Fact]
    public async Task Only_a_socket_whose_handlers_run_on_is_kept_track_of()
    {
        await using TestServer server = Start();
        (TestClient client, string id) = await server.JoinAsync();
        ConcurrencyOf(server, id, 0);
        client.Send("421[\"quick\"]");
        ConcurrencyOf(server, id, 0);
        client.Send("42[\"slow\",\"a\"]");
        ConcurrencyOf(server, id, 1);
        RealtimeSocket socket = server.Server.Of("/").FindSocket(id)!;
        client.Peer.Close();
        End("a");
        await StartedAsync("a", "gone");

        Assert.Equal(0, socket.Owner.Pipeline.Events.Concurrent!.Count);
    }

    [Fact]
    public async Task A_degree_is_at_least_one()
    {
        await using TestServer server = TestServer.Start(builder => builder.AddNamespace("/", space => space.On("x", _ => default).Concurrent(0)), start: false);
        Assert.Throws<ArgumentOutOfRangeException>(() => server.Server);
    }

    private static void ConcurrencyOf(TestServer server, string id, int count) =>
        Assert.Equal(count, server.Server.Of("/").FindSocket(id)!.Owner.Pipeline.Events.Concurrent!.Count);

    private Task StartedAsync(params string[] expected) => Patience.UntilAsync(() => _started.SequenceEqual(expected));

    private void End(params ReadOnlySpan<string> names)
    {
        foreach (string name in names)
        {
            EndOf(name).TrySetResult();
        }
    }

    private TaskCompletionSource EndOf(string name) => _ends.GetOrAdd(name, static _ => new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));

    private TestServer Start() => TestServer.Start(
        builder => builder.AddNamespace("/", space => space
            .On("slow", HandleAsync).Concurrent(2)
            .On("other", HandleAsync).Concurrent(2)
            .On("quick", context => context.AckAsync()).Concurrent(2)
            .On("one", HandleAsync)
            .OnDisconnected((_, _) =>
            {
                _started.Enqueue("gone");
                return default;
            })),
        options => options.MaxWaitingEvents = 2);

    private async ValueTask HandleAsync(EventContext context)
    {
        string name = context.Get<string>(0)!;
        _started.Enqueue(name);
        await EndOf(name).Task;
        await context.AckAsync();
    }
}
