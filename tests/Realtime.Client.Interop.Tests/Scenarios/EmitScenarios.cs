using System.Text.Json.Nodes;
using Realtime.Client.Interop.Tests.Servers;
using Realtime.Client.Interop.Tests.Support;
using Realtime.Contracts;
using Realtime.Core.Acks;
using Realtime.Core.Protocol;

namespace Realtime.Client.Interop.Tests.Scenarios;

public abstract class EmitScenarios(SharedServer shared, bool recovers = false) : Scenario(shared, recovers)
{
    [Theory, EveryTransport]
    public async Task Events_reach_the_server_as_they_were_emitted(ClientTransports transports)
    {
        RealtimeClient client = await ConnectAsync(transports);

        await client.EmitAsync("news");
        await client.EmitAsync("news", 1, "two", null, new { three = true }, new[] { 4.5 });
        await client.EmitAsync("news", "「」 \u001e 😀 \"\\ \u2028");
        await client.EmitAsync(Events.Echo, "all have arrived").Within();

        JsonNode[] arrived = await Rpc.ReceivedAsync(client.Id, "news");
        Assert.Equal(3, arrived.Length);
        Assert.Equal("[]", arrived[0].ToJsonString());
        Assert.Equal("""[1,"two",null,{"three":true},[4.5]]""", arrived[1].ToJsonString());
        Assert.Equal("「」 \u001e 😀 \"\\ \u2028", (string?)arrived[2][0]);
    }

    [Theory, EveryTransport]
    public async Task The_server_acknowledges_with_what_it_likes(ClientTransports transports)
    {
        RealtimeClient client = await ConnectAsync(transports);

        Assert.Equal("typed", await client.EmitAsync(Events.Echo, "typed").Within());
        Assert.Empty(await client.EmitWithAckAsync("echo").Within());
        EventArguments several = await client.EmitWithAckAsync("echo", 1, "two", null).Within();
        Assert.Equal(["1", "\"two\"", "null"], several.Select(static argument => System.Text.Encoding.UTF8.GetString(argument.Json.Span)));
        Assert.Equal("1", System.Text.Encoding.UTF8.GetString((await client.EmitWithAckAsync("double-ack").Within())[0].Json.Span));
        Assert.Equal("still here", await client.EmitAsync(Events.Echo, "still here").Within());
    }

    [Theory, EveryTransport]
    public async Task The_client_acknowledges_what_the_server_asks(ClientTransports transports)
    {
        RealtimeClient client = await ConnectAsync(transports);
        client.On(Events.Ask, static number => new ValueTask<int>(number * 2));
        client.On("many", static async context =>
        {
            Assert.True(context.WantsAck);
            await context.AnswerAsync(context.Get<int>(0) + 1, "two", null);
            await context.AnswerAsync("too late");
        });
        client.On("none", static context => context.AnswerAsync());

        Assert.Equal("[null,42]", (await Rpc.AskAsync(client.Id, "ask", Bounded.Limit, 21)).ToJsonString());
        Assert.Equal("""[null,8,"two",null]""", (await Rpc.AskAsync(client.Id, "many", Bounded.Limit, 7)).ToJsonString());
        Assert.Equal("[null]", (await Rpc.AskAsync(client.Id, "none", Bounded.Limit)).ToJsonString());
    }

    [Theory, EveryTransport]
    public async Task A_question_that_no_handler_answers_times_out_on_the_server(ClientTransports transports)
    {
        RealtimeClient client = await ConnectAsync(transports);

        JsonArray answer = await Rpc.AskAsync(client.Id, "nobody-home", TimeSpan.FromMilliseconds(50));

        Assert.Equal("operation has timed out", (string?)answer[0]!["error"]);
        Assert.Equal("still here", await client.EmitAsync(Events.Echo, "still here").Within());
    }

    [Theory, EveryTransport]
    public async Task Large_text_goes_both_ways(ClientTransports transports)
    {
        RealtimeClient client = await ConnectAsync(transports);
        string text = "😀" + string.Concat(Enumerable.Repeat("0123456789 été ☀ ", 40_000)); // 840,000 bytes of UTF-8

        Assert.Equal(text, await client.EmitAsync(Events.Echo, text).Within());
    }

    [Theory, EveryTransport]
    public async Task Names_that_mean_something_elsewhere_are_plain_names_of_events(ClientTransports transports)
    {
        RealtimeClient client = await ConnectAsync(transports);
        Arrivals<string> arrived = Arrivals.OfAny(client.Socket);
        string[] names = ["error", "message", "connection", "ping", "open", "data"];

        foreach (string name in names)
        {
            await Rpc.EmitAsync(client.Id, name, 1);
            await client.EmitAsync(name, 1);
        }

        Assert.Equal(names.Select(static name => $"{name}[1]"), await arrived.TakeAsync(names.Length));
        await client.EmitAsync(Events.Echo, "all have arrived").Within();
        Assert.Single(await Rpc.ReceivedAsync(client.Id, "connection"));
    }

    [Theory, EveryTransport]
    public async Task Numbered_emits_arrive_complete_and_in_order_both_ways_during_an_upgrade_too(ClientTransports transports)
    {
        const int Count = 1000;
        RealtimeClient client = Build(transports, static builder => builder.Configure(static options => options.Buffer.MaxCount = 2 * Count));
        Arrivals<int> down = Arrivals.Of(client.Socket, Events.Count);
        await client.ConnectAsync().Within();

        await client.EmitAsync(Events.CountTo, Count);
        for (int i = 0; i < Count; i++)
        {
            await client.EmitAsync(Events.Collect, i);
        }

        Assert.Equal(Enumerable.Range(0, Count), await down.TakeAsync(Count));
        await client.EmitAsync(Events.Echo, "all have arrived").Within();
        JsonNode[] up = await Rpc.ReceivedAsync(client.Id, Events.Collect.Name);
        Assert.Equal(Enumerable.Range(0, Count), up.Select(static arguments => (int)arguments[0]!));
        await SettledAsync(client, transports);

        Assert.Empty(down.TakeAll());
    }

    [Theory, EveryTransport]
    public async Task A_stream_gives_what_arrives(ClientTransports transports)
    {
        RealtimeClient client = await ConnectAsync(transports);
        IAsyncEnumerator<int> counted = client.Stream(Events.Count).GetAsyncEnumerator(Bounded.Token());
        ValueTask<bool> next = counted.MoveNextAsync();
        await client.EmitAsync(Events.CountTo, 100);

        for (int i = 0; i < 100; i++)
        {
            Assert.True(await next);
            Assert.Equal(i, counted.Current);
            next = i < 99 ? counted.MoveNextAsync() : default;
        }

        await counted.DisposeAsync();
    }
}

/// <summary>What happens where nobody answers: to clients that recover an empty answer is given then.</summary>
public abstract class UnansweredScenarios(SharedServer shared) : EmitScenarios(shared)
{
    [Theory, EveryTransport]
    public async Task An_acknowledgement_that_never_comes_times_out(ClientTransports transports)
    {
        RealtimeClient client = await ConnectAsync(transports);
        await SettledAsync(client, transports);

        await Assert.ThrowsAsync<AckTimeoutException>(() =>
            client.WithTimeout(TimeSpan.FromSeconds(1)).EmitAsync(Events.NobodyAnswers, "anyone?").Within());

        await client.EmitAsync(Events.Echo, "it has arrived").Within();
        Assert.Single(await Rpc.ReceivedAsync(client.Id, "nobody-answers"));
        Assert.Equal("still here", await client.EmitAsync(Events.Echo, "still here").Within());
    }
}

[Collection(nameof(OnOurs))]
public sealed class EmitOnOurs(SharedOurs shared) : UnansweredScenarios(shared);

[Collection(nameof(OnNode))]
public sealed class EmitOnNode(SharedNode shared) : UnansweredScenarios(shared);

[Collection(nameof(OnOurs))]
public sealed class EmitOnOursRecovering(SharedOurs shared) : EmitScenarios(shared, recovers: true)
{
    [Theory, EveryTransport]
    public async Task What_no_handler_answers_has_an_empty_answer(ClientTransports transports)
    {
        RealtimeClient client = await ConnectAsync(transports);
        Assert.Null(await client.EmitAsync(Events.NobodyAnswers, "anyone?").Within());
    }
}
