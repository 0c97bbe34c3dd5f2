using Realtime.AspNetCore.Endpoints;
using Realtime.AspNetCore.Tests.Support;
using Realtime.Contracts.Transports;

#pragma warning disable MA0048 // One line each: together they are the list of what carries a connection.
namespace Realtime.AspNetCore.Tests.Transports;

public sealed class WebSocketOnSocketTests : HttpTransportContract
{
    private protected override Wire Wire => Wire.Plain;

    private protected override Task<ITransportClient> ConnectAsync(TestApp host) => RawWebSocketClient.ConnectAsync(host);
}

public sealed class WebSocketOverTlsTests : HttpTransportContract
{
    private protected override Wire Wire => Wire.Tls;

    private protected override Task<ITransportClient> ConnectAsync(TestApp host) => RawWebSocketClient.ConnectAsync(host);
}

public sealed class WebSocketOverHttp2Tests : HttpTransportContract
{
    private protected override Wire Wire => Wire.Http2;

    private protected override Task<ITransportClient> ConnectAsync(TestApp host) => FrameworkClient.ConnectAsync(host, deflate: false);
}

public sealed class WebSocketOfTestServerTests : HttpTransportContract
{
    // What is sent in memory has arrived.
    protected override bool HoldsBackForSlowReaders => false;

    private protected override Wire Wire => Wire.Memory;

    private protected override Task<ITransportClient> ConnectAsync(TestApp host) => FrameworkClient.ConnectAsync(host, deflate: false);
}

public sealed class WebSocketWithDeflateTests : HttpTransportContract
{
    private protected override Wire Wire => Wire.Plain;

    private protected override void ConfigureHttp(RealtimeHttpOptions options) => options.PerMessageDeflate = true;

    private protected override Task<ITransportClient> ConnectAsync(TestApp host) => FrameworkClient.ConnectAsync(host, deflate: true);
}

public sealed class PollingTests : HttpTransportContract
{
    private protected override Wire Wire => Wire.Plain;

    private protected override async Task<ITransportClient> ConnectAsync(TestApp host) => await PollingClient.ConnectAsync(host);
}
