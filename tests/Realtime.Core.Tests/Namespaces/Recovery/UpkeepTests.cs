using System.Collections.Concurrent;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Realtime.Core.Sessions;
using Realtime.Core.Tests.Hosting;

namespace Realtime.Core.Tests.Namespaces.Recovery;

/// <summary>What a server does so that it and the store of sessions keep knowing the same.</summary>
public sealed class UpkeepTests
{
    private static readonly TimeSpan s_interval = TimeSpan.FromSeconds(1); // so that no heartbeat is missed
    private readonly ConcurrentQueue<string> _handled = new();

    [Fact]
    public async Task A_record_that_is_lost_is_written_again_while_its_client_is_connected()
    {
        using var store = new ForgetfulStore(TimeProvider.System);
        await using TestServer first = Start(store);
        await using TestServer second = Start(store);
        RecoveringClient client = await new RecoveringClient(first).ConnectAsync();
        client.Raw.Send("""421["count",{"$rt:id":1,"low":1}]""");
        await Patience.UntilAsync(() => client.Raw.Lines.Any(static line => line.StartsWith("431", StringComparison.Ordinal)));
        store.LoseAll();
        first.Time.Advance(s_interval);
        await Patience.UntilAsync(() => store.Touches == 1);
        client.Raw.Send("""422["count",{"$rt:id":2,"low":1}]"""); // which is stored under the new right
        await Patience.UntilAsync(() => client.Raw.Lines.Any(static line => line.StartsWith("432", StringComparison.Ordinal)));
        client.Cut();

        await client.MoveTo(second).ConnectAsync();

        Assert.True(client.IsRecovered);
        Assert.Equal(2, (long)client.Extension["received"]!);
        client.Raw.Send("""421["count",{"$rt:id":1,"low":1}]""", """423["count",{"$rt:id":3,"low":1}]""");
        await Patience.UntilAsync(() => client.Raw.Lines.Any(static line => line.StartsWith("433", StringComparison.Ordinal)));
        Assert.Equal(3, _handled.Count);
    }

    [Fact]
    public async Task Touches_go_on_and_end_with_the_server()
    {
        using var store = new ForgetfulStore(TimeProvider.System);
        TestServer server = Start(store);
        await new RecoveringClient(server).ConnectAsync();
        for (int i = 1; i < 4; i++)
        {
            await Patience.UntilAsync(() =>
            {
                server.Time.Advance(s_interval / 100); // the next round is planned when one has ended
                return store.Touches == i;
            });
        }

        await server.DisposeAsync();
        server.Time.Advance(s_interval * 3);
        Assert.Equal(3, store.Touches);
    }

    [Fact]
    public async Task A_server_that_may_have_lost_a_session_starts_no_handler_and_its_client_comes_back()
    {
        using var store = new ForgetfulStore(TimeProvider.System);
        await using TestServer server = Start(store);
        RecoveringClient client = await new RecoveringClient(server).ConnectAsync();
        store.IsCertain = false;
        client.Raw.Send("""421["count",{"$rt:id":1,"low":1}]""");
        await Patience.UntilAsync(() => client.Raw.HasEnded);
        Assert.Empty(_handled);
        store.IsCertain = true;

        await client.ConnectAsync();

        Assert.True(client.IsRecovered);
        Assert.Equal(0, (long)client.Extension["received"]!);
        client.Raw.Send("""421["count",{"$rt:id":1,"low":1}]""");
        await Patience.UntilAsync(() => client.Raw.Lines.Any(static line => line.StartsWith("431", StringComparison.Ordinal)));
        Assert.Single(_handled);
    }

    [Fact]
    public async Task A_message_of_an_earlier_connection_that_may_not_start_ends_the_connection_that_the_client_has_now()
    {
        var go = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using var store = new ForgetfulStore(TimeProvider.System);
        await using TestServer server = Start(store, go.Task);
        RecoveringClient client = await new RecoveringClient(server).ConnectAsync();
        client.Raw.Send("""421["wait",{"$rt:id":1,"low":1}]""", """422["count",{"$rt:id":2,"low":1}]""");
        await client.ConnectAsync();
        store.IsCertain = false;
        go.SetResult();

        await Patience.UntilAsync(() => client.Raw.HasEnded);
    }

    [Fact]
    public async Task A_client_that_comes_back_to_a_server_that_may_have_lost_its_session_waits_for_the_answers_that_are_not_stored_yet()
    {
        var written = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using var store = new ForgetfulStore(TimeProvider.System);
        await using TestServer server = Start(store);
        RecoveringClient client = await new RecoveringClient(server).ConnectAsync();
        store.Writable = written.Task;
        client.Raw.Send("""421["count",{"$rt:id":1,"low":1}]""");
        Assert.Single(_handled);
        store.IsCertain = false;
        client.Raw.Send("""422["count",{"$rt:id":2,"low":1}]""");
        await Patience.UntilAsync(() => client.Raw.HasEnded);
        store.IsCertain = true;

        Task<RecoveringClient> back = client.ConnectAsync();
        Assert.False(back.IsCompleted);
        written.SetResult();
        await back.Within();

        Assert.True(client.IsRecovered);
        Assert.Equal(1, (long)client.Extension["received"]!);
        client.Raw.Send("""421["count",{"$rt:id":1,"low":1}]""", """422["count",{"$rt:id":2,"low":1}]""");
        await Patience.UntilAsync(() => client.Raw.Lines.Any(static line => line.StartsWith("432", StringComparison.Ordinal)));
        Assert.Equal(2, _handled.Count);
    }

    [Fact]
    public async Task A_server_that_stops_hands_a_session_over_when_its_answers_are_stored()
    {
        var written = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using var store = new ForgetfulStore(TimeProvider.System);
        await using TestServer first = Start(store);
        await using TestServer second = Start(store);
        RecoveringClient client = await new RecoveringClient(first).ConnectAsync();
        store.Writable = written.Task;
        client.Raw.Send("""421["count",{"$rt:id":1,"low":1}]""");
        client.Cut();
        Task stopping = Task.WhenAll(first.Services.GetServices<IHostedService>().Select(static hosted => hosted.StopAsync(CancellationToken.None)));
        Assert.False(stopping.IsCompleted);
        written.SetResult();
        await stopping.Within();

        await client.MoveTo(second).ConnectAsync();

        Assert.Equal(1, (long)client.Extension["received"]!);
        Assert.Single(_handled);
    }

    private TestServer Start(ISessionStore store, Task? go = null) => TestServer.Start(
        builder => builder
            .AddNamespace("/", space => space
                .On("count", _ =>
                {
                    _handled.Enqueue("count");
                    return default;
                })
                .On("wait", async _ => await (go ?? Task.CompletedTask)))
            .UseSessionStore(_ => store),
        static options => options.Recovery.Sessions.TouchInterval = s_interval);
}
