using Realtime.Client.Interop.Tests.Servers;
using Realtime.Client.Interop.Tests.Support;
using Realtime.Client.States;
using Realtime.Contracts;

namespace Realtime.Client.Interop.Tests.Scenarios;

public abstract class RefusalScenarios(SharedServer shared, bool recovers = false) : Scenario(shared, recovers)
{
    [Theory, EveryTransport]
    public async Task A_refusal_has_its_message_and_its_data(ClientTransports transports)
    {
        RealtimeClient client = Build(transports, static builder => builder.WithNamespace("/reject"));

        ConnectRefusedException refused = await Assert.ThrowsAsync<ConnectRefusedException>(() => client.ConnectAsync().Within());

        Refusal.AssertSays(refused, "Authentication error", """{"a":"b","c":3}""");
        Assert.Equal(ClientState.Disconnected, client.State);
    }

    [Theory, EveryTransport]
    public async Task A_refusal_without_data_has_its_message_alone(ClientTransports transports)
    {
        RealtimeClient client = Build(transports, static builder => builder.WithNamespace("/reject-plain"));

        ConnectRefusedException refused = await Assert.ThrowsAsync<ConnectRefusedException>(() => client.ConnectAsync().Within());

        Refusal.AssertSays(refused, "plain", data: null);
    }

    [Theory, EveryTransport]
    public async Task An_unknown_namespace_is_refused(ClientTransports transports)
    {
        RealtimeClient client = Build(transports, static builder => builder.WithNamespace("/nowhere"));

        ConnectRefusedException refused = await Assert.ThrowsAsync<ConnectRefusedException>(() => client.ConnectAsync().Within());

        Refusal.AssertSays(refused, "Invalid namespace", data: null);
    }

    [Theory, EveryTransport]
    public async Task A_client_whose_token_was_refused_connects_with_a_better_one(ClientTransports transports)
    {
        string token = "bad";
        RealtimeClient client = Build(transports, builder => builder.WithNamespace("/auth").WithAuth(_ => new ValueTask<object?>(new { token })));
        await Assert.ThrowsAsync<ConnectRefusedException>(() => client.ConnectAsync().Within());

        token = "ok";
        await client.ConnectAsync().Within();

        Assert.Equal("hello", await client.EmitAsync(Events.Echo, "hello").Within());
    }

    [Theory, EveryTransport]
    public async Task A_refused_namespace_is_not_asked_for_again_by_itself(ClientTransports transports)
    {
        int asked = 0;
        RealtimeClient client = Build(transports, builder => builder.WithNamespace("/auth").WithAuth(_ =>
        {
            Interlocked.Increment(ref asked);
            return new ValueTask<object?>(new { token = "bad" });
        }));
        var states = StateLog.Of(client);

        await Assert.ThrowsAsync<ConnectRefusedException>(() => client.ConnectAsync().Within());

        await states.UntilAsync(ClientState.Disconnected);
        Assert.InRange(asked, 1, 2); // a second time at most, to see whether there is a new token
        Assert.DoesNotContain(ClientState.Connected, states.Seen.Select(static change => change.Current));
    }
}

[Collection(nameof(OnOurs))]
public sealed class RefusalOnOurs(SharedOurs shared) : RefusalScenarios(shared);

[Collection(nameof(OnNode))]
public sealed class RefusalOnNode(SharedNode shared) : RefusalScenarios(shared);

[Collection(nameof(OnOurs))]
public sealed class RefusalOnOursRecovering(SharedOurs shared) : RefusalScenarios(shared, recovers: true);
