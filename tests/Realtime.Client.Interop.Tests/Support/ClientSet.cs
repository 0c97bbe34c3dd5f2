using System.Collections.Concurrent;

namespace Realtime.Client.Interop.Tests.Support;

/// <summary>Makes the clients of one test, and closes them with it.</summary>
/// <remarks>Thread-safe.</remarks>
internal sealed class ClientSet
{
    private readonly ConcurrentBag<RealtimeClient> _clients = [];

    /// <summary>Whether the clients ask servers for the recovery extension.</summary>
    internal bool Recover { get; init; }

    /// <summary>Makes a client that comes back quickly.</summary>
    /// <param name="url">Where its server is.</param>
    /// <param name="transports">How it connects.</param>
    /// <param name="configure">What else the test wants of it.</param>
    /// <param name="profile">Which server of a conformance host it is for.</param>
    internal RealtimeClient Build(string url, ClientTransports transports, Action<RealtimeClientBuilder>? configure = null, string profile = "default")
    {
        RealtimeClientBuilder builder = new RealtimeClientBuilder(url)
            .WithReconnectPolicy(new ShortDelays())
            .Configure(options =>
            {
                options.Transports = transports;
                options.Recovery.Enabled = Recover;
                options.Path = profile == "default" ? "/socket.io/" : $"/p/{profile}/";
            });
        configure?.Invoke(builder);
        RealtimeClient client = builder.Build();
        _clients.Add(client);
        return client;
    }

    /// <summary>Closes them all.</summary>
    internal async Task CloseAsync()
    {
        foreach (RealtimeClient client in _clients)
        {
            await client.DisposeAsync().Within();
        }
    }
}
