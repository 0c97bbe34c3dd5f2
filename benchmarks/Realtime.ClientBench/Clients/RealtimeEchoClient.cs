using System.Globalization;
using Realtime.Client;
using Realtime.Client.States;

namespace Realtime.ClientBench.Clients;

/// <summary>Our client.</summary>
internal sealed class RealtimeEchoClient : IEchoClient
{
    private readonly RealtimeClient _client;

    public RealtimeEchoClient(Uri server, ClientSettings settings)
    {
        var builder = new RealtimeClientBuilder(server).Configure(options => Configure(options, settings));
        if (settings is { IsDelayFixed: true, BaseDelay: { } delay })
        {
            builder.WithReconnectPolicy(new FixedDelay(delay));
            ReconnectPolicy = string.Create(CultureInfo.InvariantCulture, $"always {delay.TotalMilliseconds} ms (a policy of the benchmark's own)");
        }

        _client = builder.Build();
        _client.StateChanged += OnStateChanged;
    }

    public event Action? Connected;

    public string ReconnectPolicy { get; private set; } = "";

    public Task ConnectAsync() => _client.ConnectAsync();

    public Task BeginAsync(Func<Task> work) => work();

    public ValueTask<EchoPayload> EchoAsync(EchoPayload payload) => _client.EmitAsync(BenchEvents.Echo, payload);

    public ValueTask DisposeAsync() => _client.DisposeAsync();

    private void Configure(RealtimeClientOptions options, ClientSettings settings)
    {
        if (settings.WebSocketOnly)
        {
            options.Transports = ClientTransports.WebSocket;
        }

        if (settings.BaseDelay is { } delay)
        {
            options.Reconnect.BaseDelay = delay;
        }

        ReconnectPolicy = string.Create(
            CultureInfo.InvariantCulture,
            $"min({options.Reconnect.MaxDelay.TotalMilliseconds} ms, {options.Reconnect.BaseDelay.TotalMilliseconds} ms x 2^attempt + random(0, 1000 ms)), {options.Transports}");
    }

    private void OnStateChanged(StateChange change)
    {
        if (change.Current == ClientState.Connected)
        {
            Connected?.Invoke();
        }
    }
}
