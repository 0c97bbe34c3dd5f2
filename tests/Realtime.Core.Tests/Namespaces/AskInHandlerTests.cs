using Microsoft.Extensions.DependencyInjection;
using Realtime.Core.Acks;
using Realtime.Core.Diagnostics;
using Realtime.Core.Namespaces;
using Realtime.Core.Tests.Connections;
using Realtime.Core.Tests.Hosting;

namespace Realtime.Core.Tests.Namespaces;

/// <summary>A handler that asks its own client, whose answer stands behind events that wait for that handler.</summary>
public sealed class AskInHandlerTests
{
    private readonly TaskCompletionSource<Exception> _failure = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _go = new(TaskCreationOptions.RunContinuationsAsynchronously);

    [Fact]
    public async Task It_fails_at_once_when_reading_stops()
    {
        await using TestServer server = Start(context => context.Socket.EmitWithAckAsync("question").AsTask());
        (TestClient client, _) = await server.JoinAsync();
        client.Send("42[\"start\"]", "42[\"x\"]");
        Assert.False(_failure.Task.IsCompleted);
        client.Send("42[\"x\"]", "42[\"x\"]", "430[]");
        ReadingStoppedException stopped = Assert.IsType<ReadingStoppedException>(await _failure.Task.Within()); // without that any time has passed

        Assert.Equal(ErrorCode.ReadingStopped, stopped.Code);
        Assert.Contains("'question'", stopped.Message, StringComparison.Ordinal);
        await Patience.UntilAsync(() => !client.Connection.IsReadingSuspended);
        Assert.True(client.Connection.IsOpen);
    }

    [Fact]
    public async Task An_answer_that_comes_before_is_taken()
    {
        await using TestServer server = Start(async context =>
        {
            await context.Socket.EmitWithAckAsync("question");
            throw new InvalidOperationException("answered");
        });
        (TestClient client, _) = await server.JoinAsync();
        client.Send("42[\"start\"]", "42[\"x\"]", "430[]");

        Assert.Equal("answered", (await _failure.Task.Within()).Message);
    }

    [Fact]
    public async Task It_cannot_deadlock_behind_an_await_either_it_ends_by_its_timeout()
    {
        await using TestServer server = Start(async context =>
        {
            await _go.Task;
            await context.Socket.EmitWithAckAsync("question");
        });
        (TestClient client, _) = await server.JoinAsync();
        client.Send("42[\"start\"]", "42[\"x\"]", "42[\"x\"]", "42[\"x\"]", "430[]");
        Assert.True(client.Connection.IsReadingSuspended);
        _go.SetResult();
        await Patience.UntilAsync(() => client.Lines.Any(line => line.Contains("question", StringComparison.Ordinal)));
        server.Time.Pass(5.1);

        Assert.IsType<AckTimeoutException>(await _failure.Task.Within());
        await Patience.UntilAsync(() => !client.Connection.IsReadingSuspended);
        Assert.True(client.Connection.IsOpen);
    }

    [Fact]
    public async Task Who_asks_from_outside_waits_until_reading_goes_on()
    {
        await using TestServer server = Start(_ => _go.Task);
        (TestClient client, string id) = await server.JoinAsync();
        (TestClient other, _) = await server.JoinAsync();
        client.Send("42[\"start\"]", "42[\"x\"]", "42[\"x\"]");
        Assert.True(client.Connection.IsReadingSuspended);
        other.Send($"421[\"ask\",\"{id}\"]");
        string question = client.Lines.Single(line => line.Contains("question", StringComparison.Ordinal));
        client.Send($"43{question[2..question.IndexOf('[', StringComparison.Ordinal)]}[]");
        Assert.Empty(other.Lines);
        _go.SetResult();

        await Patience.UntilAsync(() => other.Lines.Contains("431[]"));
    }

    private TestServer Start(Func<EventContext, Task> handler) => TestServer.Start(
        builder => builder.AddNamespace("/", space => space
            .On("start", async context =>
            {
                try
                {
                    await handler(context);
                }
                catch (Exception exception)
                {
                    _failure.SetResult(exception);
                }
            })
            .On("ask", async context =>
            {
                RealtimeSocket asked = context.Namespace.FindSocket(context.Get<string>(0)!)!;
                await asked.EmitWithAckAsync("question");
                await context.AckAsync();
            })
            .On("x", _ => default)),
        options =>
        {
            options.MaxWaitingEvents = 2;
            options.AckTimeout = TimeSpan.FromSeconds(5);
        });
}
