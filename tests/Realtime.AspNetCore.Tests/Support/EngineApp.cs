using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Logging.Abstractions;
using Realtime.AspNetCore.Endpoints;
using Realtime.Contracts;
using Realtime.Core.Connections;
using Realtime.Core.Diagnostics;

namespace Realtime.AspNetCore.Tests.Support;

/// <summary>Bare connections on a path, with the engine in the hands of the test.</summary>
internal sealed class EngineApp(TestApp host, ConnectionEngine engine) : IAsyncDisposable
{
    internal const string Path = "/engine.io/";

    internal TestApp Host => host;

    internal ConnectionEngine Engine => engine;

    internal static async Task<EngineApp> StartAsync(
        Wire wire, IConnectionHandler handler, Action<ConnectionOptions>? configure = null, Action<RealtimeHttpOptions>? http = null, TimeProvider? time = null)
    {
        var options = new ConnectionOptions();
        configure?.Invoke(options);
        var httpOptions = new RealtimeHttpOptions();
        http?.Invoke(httpOptions);
        var engine = new ConnectionEngine(options, handler, new RealtimeMeter(), NullLogger.Instance, time ?? TimeProvider.System);
        var endpoint = new RealtimeEndpoint(engine, httpOptions, requireTls: false);
        TestApp host = await TestApp.StartAsync(wire, static _ => { }, app => app.Map(Path + "{**rest}", endpoint.HandleAsync));
        return new EngineApp(host, engine);
    }

    /// <summary>Waits until nothing of any connection is left.</summary>
    internal async Task AssertEmptyAsync()
    {
        await Bounded.UntilAsync(() => engine.Count == 0, "no connection is left");
        await Bounded.UntilAsync(() => engine.Wheel.Count == 0, "no deadline is left", TimeSpan.FromSeconds(15));
    }

    public async ValueTask DisposeAsync()
    {
        engine.Stop();
        await host.DisposeAsync();
        engine.Dispose();
    }
}
