using System.Threading.Channels;
using Realtime.Client.Reconnecting;
using Realtime.Client.States;
using Realtime.Contracts;

namespace Realtime.Client.Tests;

/// <summary>A client on virtual time against a server that the test plays.</summary>
internal sealed class ClientBench : IAsyncDisposable
{
    private readonly Channel<StateChange> _changes = Channel.CreateUnbounded<StateChange>();

    internal ClientBench(Action<RealtimeClientOptions>? configure = null, Func<CancellationToken, ValueTask<object?>>? auth = null, IReconnectPolicy? policy = null, string path = "/")
    {
        var builder = new RealtimeClientBuilder("http://server.invalid") { Transports = Server };
        builder.WithNamespace(path).WithTimeProvider(Time).WithReconnectPolicy(policy ?? new Delays(TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(2), TimeSpan.FromSeconds(4)));
        builder.Configure(options =>
        {
            options.Transports = ClientTransports.WebSocket;
            options.WatchNetwork = false;
            configure?.Invoke(options);
        });
        if (auth is not null)
        {
            builder.WithAuth(auth);
        }

        Client = builder.Build();
        Client.StateChanged += change => _changes.Writer.TryWrite(change);
    }

    internal WatchedTime Time { get; } = new();

    internal FakeServer Server { get; } = new();

    internal RealtimeClient Client { get; }

    /// <summary>Connects, and gives the server's end.</summary>
    internal async Task<FakeWire> ConnectAsync(string id = "id")
    {
        Task connecting = Client.ConnectAsync();
        FakeWire wire = await Server.AcceptAsync(id: id);
        await connecting.Within();
        return wire;
    }

    /// <summary>The next change of the main namespace.</summary>
    internal Task<StateChange> NextAsync() => _changes.Reader.ReadAsync().AsTask().Within();

    /// <summary>Skips changes until one is to a state.</summary>
    internal async Task<StateChange> NextAsync(ClientState state)
    {
        StateChange change;
        do
        {
            change = await NextAsync();
        }
        while (change.Current != state);
        return change;
    }

    /// <summary>Lets a delay that somebody waits for pass.</summary>
    internal async Task PassAsync(TimeSpan delay)
    {
        await Time.WhenWaitedForAsync(delay);
        Time.Advance(delay);
    }

    public ValueTask DisposeAsync() => Client.DisposeAsync();

    /// <summary>The delays of a test, the last one again and again.</summary>
    internal sealed class Delays(params TimeSpan[] delays) : IReconnectPolicy
    {
        internal List<ReconnectArguments> Asked { get; } = [];

        public TimeSpan? GetDelay(in ReconnectArguments arguments)
        {
            Asked.Add(arguments);
            return delays[Math.Min(arguments.Attempt, delays.Length - 1)];
        }
    }
}
