using System.Collections.Concurrent;
using System.Security.Claims;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;
using Realtime.Core.Connections;
using Realtime.Core.Hosting;
using Realtime.Core.Tests.Connections;
using Realtime.Core.Transports;

namespace Realtime.Core.Tests.Hosting;

/// <summary>A whole server, as an application builds it, on virtual time and without a network.</summary>
internal sealed class TestServer : IAsyncDisposable, ILoggerFactory, ILogger
{
    private TestServer(Action<RealtimeOptions> configure, Action<IRealtimeBuilder> build, Action<IServiceCollection> add)
    {
        var services = new ServiceCollection();
        services.AddSingleton<TimeProvider>(Time);
        services.AddSingleton<ILoggerFactory>(this);
        add(services);
        build(services.AddRealtime(configure));
        Services = services.BuildServiceProvider(validateScopes: true);
    }

    internal FakeTimeProvider Time { get; } = new();

    internal ServiceProvider Services { get; }

    internal IRealtimeServer Server => Services.GetRequiredService<IRealtimeServer>();

    internal ConcurrentQueue<string> Logged { get; } = new();

    internal static TestServer Start(Action<IRealtimeBuilder> build, Action<RealtimeOptions>? configure = null, Action<IServiceCollection>? add = null, bool start = true)
    {
        var server = new TestServer(configure ?? (_ => { }), build, add ?? (_ => { }));
        foreach (IHostedService hosted in start ? server.Services.GetServices<IHostedService>() : [])
        {
            Assert.True(hosted.StartAsync(CancellationToken.None).IsCompletedSuccessfully);
        }

        return server;
    }

    internal TestClient Connect(string transport = TransportNames.WebSocket, IHandshake? handshake = null) => new TestClient(transport).Connect(Server.Engine, handshake);

    /// <summary>A client that has joined a namespace.</summary>
    internal async Task<(TestClient Client, string Id)> JoinAsync(string path = "/", string auth = "")
    {
        TestClient client = Connect();
        return (client, await JoinAsync(client, path, auth));
    }

    internal static async Task<string> JoinAsync(TestClient client, string path = "/", string auth = "")
    {
        string prefix = path == "/" ? "40" : $"40{path},";
        client.Send(prefix + auth);
        await Patience.UntilAsync(() => client.Lines.Any(line => line.StartsWith(prefix + "{\"sid\":\"", StringComparison.Ordinal)));
        string answer = client.Lines.Last(line => line.StartsWith(prefix + "{\"sid\":\"", StringComparison.Ordinal));
        client.Take();
        return answer[(prefix.Length + 8)..^2];
    }

    internal static ClaimsPrincipal User(string name) => new(new ClaimsIdentity([new Claim(ClaimTypes.Name, name)], "test"));

    public async ValueTask DisposeAsync() => await Services.DisposeAsync();

    public ILogger CreateLogger(string categoryName) => this;

    public void AddProvider(ILoggerProvider provider)
    {
    }

    public void Dispose()
    {
    }

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
        Logged.Enqueue($"{logLevel} {eventId.Name}: {formatter(state, exception)}{(exception is null ? "" : " | " + exception.Message)}");
}
