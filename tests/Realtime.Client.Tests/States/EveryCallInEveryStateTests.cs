using Realtime.Client.States;
using Realtime.Contracts;
using Realtime.Core.Diagnostics;
using Realtime.Core.Protocol;

namespace Realtime.Client.Tests.States;

/// <summary>Every public call is legal in every state, and every await ends.</summary>
public sealed class EveryCallInEveryStateTests
{
    private static readonly RealtimeEvent<int> s_tell = new("tell");
    private static readonly RealtimeEvent<int, int> s_ask = new("ask");

    public static TheoryData<ClientState, string> All()
    {
        string[] calls = ["connect", "disconnect", "retry", "refresh", "emit", "ask", "volatile", "volatile ask", "untyped", "untyped ask", "on", "stream", "of", "dispose", "properties"];
        var all = new TheoryData<ClientState, string>();
        foreach (ClientState state in Enum.GetValues<ClientState>())
        {
            foreach (string call in calls)
            {
                all.Add(state, call);
            }
        }

        return all;
    }

    [Theory]
    [MemberData(nameof(All))]
    public async Task A_call_is_legal_and_ends(ClientState state, string call)
    {
        await using var bench = new ClientBench(auth: _ => new ValueTask<object?>((object?)null));
        await BringAsync(bench, state);
        Assert.Equal(state, bench.Client.State);

        Task ended = CallAsync(bench.Client, call);

        await Bounded.UntilAsync(
            () =>
            {
                bench.Time.Advance(TimeSpan.FromSeconds(10)); // nobody answers: whatever is awaited ends by time, or with the client
                return ended.IsCompleted || bench.Time.GetUtcNow() > bench.Time.Start.AddMinutes(5);
            },
            "the call has ended, or it waits for a server that is not there");
        await bench.Client.DisposeAsync().AsTask().Within();
        Exception? exception = await Record.ExceptionAsync(() => ended.Within());
        Assert.True(exception is null or RealtimeException or OperationCanceledException, $"{call} in {state} ended with {exception}");
    }

    private static async Task CallAsync(RealtimeClient client, string call)
    {
        switch (call)
        {
            case "connect": await client.ConnectAsync(); break;
            case "disconnect": await client.DisconnectAsync(); break;
            case "retry": client.RetryNow(); break;
            case "refresh": await client.RefreshAuthAsync(); break;
            case "emit": await client.EmitAsync(s_tell, 1); break;
            case "ask": await client.EmitAsync(s_ask, 1); break;
            case "volatile": await client.Volatile.EmitAsync(s_tell, 1); break;
            case "volatile ask": await client.Volatile.EmitAsync(s_ask, 1); break;
            case "untyped": await client.EmitAsync("x", 1, null, "y"); break;
            case "untyped ask": await client.EmitWithAckAsync("x", 1); break;
            case "on": client.On(s_tell, _ => { }).Dispose(); break;
            case "stream":
                await foreach (int _ in client.Stream(s_tell))
                {
                }

                break;
            case "of": await client.Of("/other").ConnectAsync(); break;
            case "dispose": await client.DisposeAsync(); break;
            case "properties": Assert.NotNull($"{client.Id} {client.IsRecovered} {client.TransportName} {client.Socket.Namespace} {client.Socket.BufferedBytes}"); break;
        }
    }

    private static async Task BringAsync(ClientBench bench, ClientState state)
    {
        switch (state)
        {
            case ClientState.Connecting:
                bench.Server.Refuses = ClientCloseReason.TransportError;
                _ = bench.Client.ConnectAsync();
                await bench.NextAsync();
                await bench.NextAsync();
                break;
            case ClientState.Connected:
                await bench.ConnectAsync();
                bench.Server.Refuses = ClientCloseReason.TransportError;
                break;
            case ClientState.Reconnecting:
                FakeWire wire = await bench.ConnectAsync();
                bench.Server.Refuses = ClientCloseReason.TransportError;
                wire.Break();
                await bench.NextAsync(ClientState.Reconnecting);
                break;
        }
    }
}
