using System.Collections.Concurrent;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Realtime.Core.Sessions;
using Realtime.Core.Tests.Hosting;

namespace Realtime.Core.Tests.Namespaces.Recovery;

/// <summary>One message of a client at a time, also when it has several connections one after the other.</summary>
public sealed class TakeoverTests
{
    [Fact]
    public async Task However_often_a_client_comes_back_its_messages_wait_for_the_handler_that_runs()
    {
        var begun = new ConcurrentQueue<string>();
        var go = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using TestServer server = Start(begun, go);
        RecoveringClient client = await new RecoveringClient(server).ConnectAsync();
        client.Raw.Send("""421["slow",{"$rt:id":1,"low":1}]""");
        await client.ConnectAsync();
        await client.ConnectAsync();
        client.Raw.Send("""421["slow",{"$rt:id":1,"low":1}]""", """422["quick",{"$rt:id":2,"low":1}]""");
        Assert.Equal(["slow"], begun);

        go.SetResult();
        await Patience.UntilAsync(() => begun.Count == 3);

        Assert.Equal(["slow", "slow ends", "quick"], begun);
    }

    [Fact]
    public async Task What_was_missed_does_not_wait_for_a_handler_that_runs()
    {
        var begun = new ConcurrentQueue<string>();
        var go = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using TestServer server = Start(begun, go);
        RecoveringClient client = await new RecoveringClient(server).ConnectAsync();
        client.Raw.Send("""421["slow",{"$rt:id":1,"low":1}]""");
        client.Cut();
        await server.Server.Of("/").EmitAsync("news", 1);

        await client.ConnectAsync();
        await Patience.UntilAsync(() => client.Read().Events.Count == 1);

        Assert.Equal("news1", client.Took());
        Assert.Equal(["slow"], begun);
        go.SetResult();
    }

    [Fact]
    public async Task A_server_that_stops_waits_for_the_handler_of_a_client_that_was_cut_a_moment_before()
    {
        using var store = new MemorySessionStore(new SessionOptions(), TimeProvider.System);
        var begun = new ConcurrentQueue<string>();
        var go = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using TestServer first = Start(begun, go, store);
        await using TestServer second = Start(begun, go, store);
        RecoveringClient client = await new RecoveringClient(first).ConnectAsync();
        client.Raw.Send("""421["slow",{"$rt:id":1,"low":1}]""");
        client.Cut();
        Task stopping = Task.WhenAll(first.Services.GetServices<IHostedService>().Select(static hosted => hosted.StopAsync(CancellationToken.None)));
        Assert.False(stopping.IsCompleted);
        go.SetResult();
        await stopping.Within();

        await client.MoveTo(second).ConnectAsync();

        Assert.True(client.IsRecovered);
        Assert.Equal(1, (long)client.Extension["received"]!);
        Assert.Equal(["slow", "slow ends"], begun);
    }

    private static TestServer Start(ConcurrentQueue<string> begun, TaskCompletionSource go, ISessionStore? store = null) => TestServer.Start(builder =>
    {
        builder.AddNamespace("/", space => space
            .On("slow", async context =>
            {
                begun.Enqueue("slow");
                await go.Task;
                begun.Enqueue("slow ends");
            })
            .On("quick", _ =>
            {
                begun.Enqueue("quick");
                return default;
            }));
        if (store is not null)
        {
            builder.UseSessionStore(_ => store);
        }
    });
}
