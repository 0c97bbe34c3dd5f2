using System.Text.Json.Nodes;
using Realtime.Client.Interop.Tests.Servers;
using Realtime.Client.Interop.Tests.Support;
using Realtime.Contracts;
using Realtime.Core.Acks;

namespace Realtime.Client.Interop.Tests.Scenarios;

/// <summary>The retries of the official client, for servers that know nothing better: the same event again until it is acknowledged.</summary>
public abstract class RetryScenarios(SharedServer shared) : Scenario(shared)
{
    [Theory, EveryTransport]
    public async Task A_server_that_answers_the_second_time_is_asked_twice(ClientTransports transports)
    {
        RealtimeClient client = await ConnectAsync(transports, WithRetries(10, 300));
        await SettledAsync(client, transports);

        Assert.Equal("key", await client.EmitAsync(Events.SecondTime, "key").Within());

        JsonNode[] tries = await Rpc.ReceivedAsync(client.Id, Events.SecondTime.Name);
        Assert.True(tries.Length >= 2); // once more where the answer to the second took longer than a try
        Assert.All(tries, static arguments => Assert.Equal("""["key"]""", arguments.ToJsonString()));
    }

    [Theory, EveryTransport]
    public async Task An_event_that_nobody_acknowledges_is_sent_once_more_than_there_are_retries(ClientTransports transports)
    {
        RealtimeClient client = await ConnectAsync(transports, WithRetries(2, 1000));
        await SettledAsync(client, transports);

        await Assert.ThrowsAsync<AckTimeoutException>(() => client.EmitAsync(Events.NobodyAnswers, "anyone?").Within());

        Assert.Equal("behind it", await client.EmitAsync(Events.Echo, "behind it").Within());
        Assert.Equal(3, (await Rpc.ReceivedAsync(client.Id, Events.NobodyAnswers.Name)).Length);
    }

    [Theory, EveryTransport]
    public async Task Events_with_retries_go_one_after_the_other(ClientTransports transports)
    {
        RealtimeClient client = await ConnectAsync(transports, WithRetries(10, 300));
        await SettledAsync(client, transports);

        Task<string>[] asked = [.. Enumerable.Range(0, 3).Select(i => client.EmitAsync(Events.SecondTime, $"{i}").AsTask())];

        Assert.Equal(["0", "1", "2"], await Task.WhenAll(asked).Within());
        string[] tries = [.. (await Rpc.ReceivedAsync(client.Id, Events.SecondTime.Name)).Select(static arguments => (string)arguments[0]!)];
        Assert.Equal(tries.Order(StringComparer.Ordinal), tries);
        Assert.All(tries.GroupBy(static text => text), static each => Assert.True(each.Count() >= 2));
    }

    private static Action<RealtimeClientBuilder> WithRetries(int retries, int ackTimeout) => builder => builder.Configure(options =>
    {
        options.Retries = retries;
        options.AckTimeout = TimeSpan.FromMilliseconds(ackTimeout);
    });
}

[Collection(nameof(OnOurs))]
public sealed class RetryOnOurs(SharedOurs shared) : RetryScenarios(shared);

[Collection(nameof(OnNode))]
public sealed class RetryOnNode(SharedNode shared) : RetryScenarios(shared);
