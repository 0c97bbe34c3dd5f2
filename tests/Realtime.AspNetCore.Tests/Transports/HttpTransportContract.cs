using Realtime.AspNetCore.Endpoints;
using Realtime.AspNetCore.Tests.Support;
using Realtime.Contracts.Transports;
using Realtime.Core.Connections;

namespace Realtime.AspNetCore.Tests.Transports;

/// <summary>The contract of transports on a real endpoint.</summary>
public abstract class HttpTransportContract : TransportContract
{
    private protected abstract Wire Wire { get; }

    private protected virtual void ConfigureHttp(RealtimeHttpOptions options)
    {
    }

    private protected abstract Task<ITransportClient> ConnectAsync(TestApp host);

    protected override async Task<ITransportServer> StartAsync(IConnectionHandler handler, Action<ConnectionOptions> configure) =>
        new Server(await EngineApp.StartAsync(Wire, handler, configure, ConfigureHttp), ConnectAsync);

    private sealed class Server(EngineApp app, Func<TestApp, Task<ITransportClient>> connect) : ITransportServer
    {
        public ConnectionEngine Engine => app.Engine;

        public Task<ITransportClient> ConnectAsync(CancellationToken cancellationToken) => connect(app.Host);

        public ValueTask DisposeAsync() => app.DisposeAsync();
    }
}
