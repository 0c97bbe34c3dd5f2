using System.Collections.Concurrent;
using Microsoft.Extensions.DependencyInjection;
using Realtime.Core.Namespaces;
using Realtime.Core.Tests.Connections;
using Realtime.Core.Tests.Hosting;

namespace Realtime.Core.Tests.Namespaces.Recovery;

public sealed class NumberedMessageTests : IAsyncDisposable
{
    private readonly ConcurrentQueue<string> _handled = new();
    private readonly TaskCompletionSource _go = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TestServer _server;

    public NumberedMessageTests() => _server = TestServer.Start(builder => builder.AddNamespace("/", space =>
    {
        space.On("echo", async context =>
        {
            _handled.Enqueue($"{context.EventName}{context.Get<int>(0)}/{context.Arguments.Count}/{context.MessageId.Split(':')[1]}");
            await context.AckAsync(context.Get<int>(0));
        });
        space.On("quiet", context =>
        {
            _handled.Enqueue("quiet");
            return default;
        });
        space.On("slow", async context =>
        {
            _handled.Enqueue("slow");
            await _go.Task;
            await context.AckAsync("done");
        });
        space.On("later", context =>
        {
            context.DeferAck();
            _ = Task.Run(async () =>
            {
                await _go.Task;
                await context.AckAsync("later");
            });
            return default;
        });
        space.On("fails", _ => throw new InvalidOperationException());
    }));

    private RealtimeNamespace Space => _server.Server.Of("/");

    public async ValueTask DisposeAsync() => await _server.DisposeAsync();

    [Fact]
    public async Task A_message_is_handled_without_its_number_and_answered()
    {
        RecoveringClient client = await new RecoveringClient(_server).ConnectAsync();
        client.Raw.Send("""427["echo",5,{"$rt:id":1,"low":1}]""");

        Assert.Equal(["437[5]"], Answers(client));
        Assert.Equal(["echo5/1/1"], _handled);
    }

    [Fact]
    public async Task The_same_number_is_handled_once_and_gets_the_same_answer_under_its_new_id()
    {
        RecoveringClient client = await new RecoveringClient(_server).ConnectAsync();
        client.Raw.Send("""427["echo",5,{"$rt:id":1,"low":1}]""", """429["echo",5,{"$rt:id":1,"low":1}]""");
        Assert.Equal(["437[5]", "439[5]"], Answers(client));

        client.Cut();
        await client.ConnectAsync();
        Assert.Equal(1, (long)client.Extension["received"]!);
        client.Raw.Send("""420["echo",5,{"$rt:id":1,"low":1}]""");

        Assert.Equal(["430[5]"], Answers(client));
        Assert.Single(_handled);
    }

    [Fact]
    public async Task An_answer_that_comes_when_the_client_is_back_goes_to_who_asked_again()
    {
        RecoveringClient client = await new RecoveringClient(_server).ConnectAsync();
        client.Raw.Send("""427["slow",{"$rt:id":1,"low":1}]""", """428["echo",6,{"$rt:id":2,"low":1}]""");
        client.Cut();
        Task connecting = client.ConnectAsync();
        await connecting;
        Assert.Equal(0, (long)client.Extension["received"]!);
        client.Raw.Send("""421["slow",{"$rt:id":1,"low":1}]""", """422["echo",6,{"$rt:id":2,"low":1}]""", """423["echo",7,{"$rt:id":3,"low":1}]""");
        Assert.Empty(Answers(client));

        _go.SetResult();
        await Patience.UntilAsync(() => _handled.Count == 3 && client.Raw.Lines.Count(static line => line.StartsWith("43", StringComparison.Ordinal)) == 3);

        Assert.Equal(["431[\"done\"]", "432[6]", "433[7]"], Answers(client));
        Assert.Equal(["slow", "echo6/1/2", "echo7/1/3"], _handled);
    }

    [Fact]
    public async Task Every_message_uses_its_number_up()
    {
        RecoveringClient client = await new RecoveringClient(_server).ConnectAsync();
        client.Raw.Send(
            """420["quiet",{"$rt:id":1,"low":1}]""",
            """421["nobody",{"$rt:id":2,"low":1}]""",
            """422["fails",{"$rt:id":3,"low":1}]""",
            """423["echo","no number",{"$rt:id":4,"low":1}]""",
            """424["echo",1,{"$rt:id":5,"low":5}]""");

        string[] answers = Answers(client);
        Assert.Equal("430[]", answers[0]);
        Assert.Contains("no_handler", answers[1], StringComparison.Ordinal);
        Assert.Contains("handler_failed", answers[2], StringComparison.Ordinal);
        Assert.Contains("invalid_payload", answers[3], StringComparison.Ordinal);
        Assert.Equal("434[1]", answers[4]);
    }

    [Fact]
    public async Task A_handler_may_answer_after_it_has_ended()
    {
        RecoveringClient client = await new RecoveringClient(_server).ConnectAsync();
        client.Raw.Send("""420["later",{"$rt:id":1,"low":1}]""");
        Assert.Empty(Answers(client));
        _go.SetResult();
        await Patience.UntilAsync(() => client.Raw.Lines.Any(static line => line.StartsWith("43", StringComparison.Ordinal)));

        Assert.Equal(["430[\"later\"]"], Answers(client));
    }

    [Theory]
    [InlineData("""420["echo",1,{"$rt:id":2,"low":1}]""")]
    [InlineData("""420["echo",1,{"$rt:id":0,"low":0}]""")]
    [InlineData("""420["echo",1,{"$rt:id":1,"low":2}]""")]
    [InlineData("""42["echo",1,{"$rt:id":1,"low":1}]""")]
    public async Task A_number_that_does_not_follow_ends_the_connection_and_the_session(string message)
    {
        RecoveringClient client = await new RecoveringClient(_server).ConnectAsync();
        client.Raw.Send(message);
        await Patience.UntilAsync(() => client.Raw.HasEnded);

        Assert.Empty(_handled);
    }

    [Fact]
    public async Task Without_the_extension_the_object_is_data_like_any_other()
    {
        (TestClient client, _) = await _server.JoinAsync();
        client.Send("""427["echo",5,{"$rt:id":1,"low":1}]""");

        Assert.Equal(["437[5]"], client.Take());
        Assert.StartsWith("echo5/2/", Assert.Single(_handled), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_volatile_event_has_no_number_and_is_handled_at_most_once()
    {
        RecoveringClient client = await new RecoveringClient(_server).ConnectAsync();
        client.Raw.Send("""42["echo",5]""");

        Assert.StartsWith("echo5/1/~", Assert.Single(_handled), StringComparison.Ordinal);
    }

    private static string[] Answers(RecoveringClient client) => [.. client.Raw.Take().Where(static line => line.StartsWith("43", StringComparison.Ordinal))];
}
