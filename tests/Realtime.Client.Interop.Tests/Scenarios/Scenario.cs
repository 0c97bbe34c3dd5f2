using Realtime.Client.Interop.Tests.Servers;
using Realtime.Client.Interop.Tests.Support;
using Realtime.Client.States;
using Realtime.Contracts;

namespace Realtime.Client.Interop.Tests.Scenarios;

/// <summary>What clients and a conformance host do together. Each scenario runs against our server and against Node's socket.io.</summary>
/// <param name="shared">The host.</param>
/// <param name="recovers">Whether the clients ask for the recovery extension. Only our server grants it, and not everything is then as it is with Node.</param>
public abstract class Scenario(SharedServer shared, bool recovers = false) : IAsyncLifetime
{
    private readonly ClientSet _clients = new() { Recover = recovers };

    protected ConformanceServer Server => shared.Server;

    protected ServerRpc Rpc => Server.Rpc();

    /// <summary>A scenario that failed while its server was away must not fail those behind it.</summary>
    public Task InitializeAsync() => Server.IsRunning ? Task.CompletedTask : Server.StartAsync();

    public Task DisposeAsync() => _clients.CloseAsync();

    protected RealtimeClient Build(ClientTransports transports, Action<RealtimeClientBuilder>? configure = null, string profile = "default", string? url = null) =>
        _clients.Build(url ?? Server.Url, transports, configure, profile);

    protected async Task<RealtimeClient> ConnectAsync(
        ClientTransports transports, Action<RealtimeClientBuilder>? configure = null, string profile = "default", string? url = null)
    {
        RealtimeClient client = Build(transports, configure, profile, url);
        await ConnectAsync(client.Socket);
        return client;
    }

    /// <summary>Connects a socket, and waits until everybody has been told: what observers hear from then on comes later.</summary>
    protected static async Task<ClientSocket> ConnectAsync(ClientSocket socket)
    {
        var states = StateLog.Of(socket);
        await socket.ConnectAsync().Within();
        await states.UntilAsync(ClientState.Connected);
        return socket;
    }

    /// <summary>Has a client try again now and waits until it is back. A hint that comes before it waits is forgotten, so it is given until it has an effect.</summary>
    protected static Task RetryAsync(RealtimeClient client) => Bounded.UntilAsync(
        () =>
        {
            client.RetryNow();
            return client.State == ClientState.Connected;
        },
        "the client is back");

    /// <summary>Waits for the upgrade of a client that makes one, where its pause would be longer than the times of the test.</summary>
    protected static Task SettledAsync(RealtimeClient client, ClientTransports transports) =>
        transports == ClientTransports.PollingWithUpgrade ? UpgradedAsync(client) : Task.CompletedTask;

    /// <summary>Waits for the upgrade.</summary>
    protected static Task UpgradedAsync(RealtimeClient client) => Bounded.UntilAsync(() => client.TransportName == "websocket", "the upgrade to WebSocket");
}
