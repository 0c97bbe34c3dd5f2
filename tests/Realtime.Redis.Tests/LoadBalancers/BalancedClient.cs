using System.Collections.Concurrent;
using System.Net.Security;
using System.Text.Json;
using Realtime.Client;
using Realtime.Client.States;

namespace Realtime.Redis.Tests.LoadBalancers;

/// <summary>A client that comes through a load balancer, and claims to come from elsewhere.</summary>
internal sealed class BalancedClient : IAsyncDisposable
{
    private int _losses;

    private BalancedClient(string address, ClientTransports transports)
    {
        Client = new RealtimeClientBuilder(address).Configure(options =>
        {
            options.Transports = transports;
            options.Reconnect.Enabled = false; // a request that reaches the wrong node is seen at once
            options.Headers["X-Forwarded-For"] = "192.0.2.66";
            options.Headers["Origin"] = address; // as a page of the site sends it
            options.Tls = new SslClientAuthenticationOptions { RemoteCertificateValidationCallback = static (_, certificate, _, _) => certificate?.Subject == Certificates.Subject };
        }).Build();
        Client.On("said", context =>
        {
            Heard.Enqueue(context.Get<string>()!);
            return default;
        });
        Client.StateChanged += change =>
        {
            if (change.Previous == ClientState.Connected)
            {
                Interlocked.Increment(ref _losses);
            }
        };
    }

    internal RealtimeClient Client { get; }

    internal ConcurrentQueue<string> Heard { get; } = new();

    internal int Losses => Volatile.Read(ref _losses);

    internal static async Task<BalancedClient> ConnectAsync(string address, ClientTransports transports)
    {
        var client = new BalancedClient(address, transports);
        await client.Client.ConnectAsync();
        return client;
    }

    internal async Task<string> AskAsync(string question, params object?[] arguments) =>
        JsonSerializer.Deserialize<string>((await Client.EmitWithAckAsync(question, arguments))[0].Json.Span)!;

    public ValueTask DisposeAsync() => Client.DisposeAsync();
}
