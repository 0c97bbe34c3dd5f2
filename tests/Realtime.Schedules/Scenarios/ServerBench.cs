using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Realtime.Core.Hosting;
using Realtime.Core.Namespaces;
using Realtime.Schedules.Scheduling;

namespace Realtime.Schedules.Scenarios;

/// <summary>A whole server on a clock that stands still. What it logs as an error ends the schedule.</summary>
internal sealed class ServerBench : IDisposable, ILoggerFactory, ILogger
{
    private readonly ServiceProvider _services;

    internal ServerBench()
    {
        var services = new ServiceCollection();
        services.AddSingleton<TimeProvider>(new ManualTime());
        services.AddSingleton<ILoggerFactory>(this);
        services.AddRealtime().AddNamespace("/", static _ => { });
        _services = services.BuildServiceProvider();
        Server = _services.GetRequiredService<IRealtimeServer>();
    }

    internal IRealtimeServer Server { get; }

    internal RealtimeNamespace Space => Server.Of("/");

    internal async Task StartAsync()
    {
        foreach (IHostedService hosted in _services.GetServices<IHostedService>())
        {
            await hosted.StartAsync(CancellationToken.None).ConfigureAwait(true);
        }
    }

    internal async Task<RoomClient> ConnectAsync(string name)
    {
        var client = new RoomClient(this, name);
        await client.ConnectAsync().ConfigureAwait(true);
        return client;
    }

    public ILogger CreateLogger(string categoryName) => this;

    public void AddProvider(ILoggerProvider provider)
    {
    }

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Warning;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        if (logLevel >= LogLevel.Error)
        {
            Controlled.Fail($"Logged: {formatter(state, exception)} {exception}");
        }
    }

    public void Dispose() => _services.Dispose();
}
