using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Realtime.Core.Hosting;
using Realtime.Core.Namespaces;
using Realtime.Redis.Sessions;

namespace Realtime.Redis.Tests.Servers;

/// <summary>A server of a cluster, as an application builds it, on a port of its own.</summary>
internal sealed class ChatNode : IAsyncDisposable
{
    private readonly WebApplication _app;

    private ChatNode(WebApplication app, string address) => (_app, Address) = (app, address);

    internal string Address { get; }

    internal int Port => new Uri(Address).Port;

    internal IRealtimeServer Server => _app.Services.GetRequiredService<IRealtimeServer>();

    internal static async Task<ChatNode> StartAsync(string redis, string prefix, Action<NamespaceBuilder> define, int port = 0, Action<RedisOptions>? configure = null, Action<RealtimeOptions>? realtime = null)
    {
        WebApplicationBuilder builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions { EnvironmentName = "Development" });
        builder.Services.AddLogging(static logging => logging.AddProvider(new ConsoleLines()));
        builder.Services.AddRouting();
        builder.Services.AddMetrics();
        builder.Services.AddRealtime(options => realtime?.Invoke(options))
            .AddNamespace("/", define)
            .AddRedis(redis, options =>
            {
                options.KeyPrefix = prefix;
                configure?.Invoke(options);
            });
        builder.WebHost.UseKestrel(options => options.Listen(IPAddress.Loopback, port));
        WebApplication app = builder.Build();
        app.MapRealtime();
        await app.StartAsync();
        return new ChatNode(app, app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single());
    }

    internal NodeLease Lease => _app.Services.GetRequiredKeyedService<RedisSessionStore>("").Lease;

    internal Task StopAsync() => _app.StopAsync();

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private sealed class ConsoleLines : ILoggerProvider, ILogger
    {
        public ILogger CreateLogger(string categoryName) => this;

        public void Dispose()
        {
        }

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Warning;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            Console.WriteLine($"{logLevel} {eventId.Name}: {formatter(state, exception)} {exception}");
    }
}
