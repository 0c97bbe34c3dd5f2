using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.TestHost;
using Microsoft.Extensions.DependencyInjection;
using Realtime.Contracts;

namespace Realtime.AspNetCore.Tests.Support;

/// <summary>An application with nothing but routing, on a free port of 127.0.0.1 or in memory.</summary>
internal sealed class TestApp : IAsyncDisposable
{
    private TestApp(WebApplication app, Wire wire)
    {
        App = app;
        Wire = wire;
    }

    internal WebApplication App { get; }

    internal Wire Wire { get; }

    internal int Port { get; private set; }

    internal Uri Address => new(Wire == Wire.Tls ? $"https://127.0.0.1:{Port}" : Wire == Wire.Memory ? "http://localhost" : $"http://127.0.0.1:{Port}");

    internal TestServer Memory => App.GetTestServer();

    internal static async Task<TestApp> StartAsync(
        Wire wire, Action<IServiceCollection> services, Action<WebApplication> map, string environment = "Development", Action<KestrelServerOptions>? kestrel = null)
    {
        WebApplicationBuilder builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions { EnvironmentName = environment });
        builder.Services.AddRouting();
        builder.Services.AddLogging();
        services(builder.Services);
        if (wire == Wire.Memory)
        {
            builder.WebHost.UseTestServer();
        }
        else
        {
            builder.WebHost.UseKestrel(options =>
            {
                kestrel?.Invoke(options);
                options.Listen(IPAddress.Loopback, 0, listen => Configure(listen, wire));
            });
        }

        WebApplication app = builder.Build();
        map(app);
        await app.StartAsync().Within();
        var started = new TestApp(app, wire);
        if (wire != Wire.Memory)
        {
            started.Port = new Uri(app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single()).Port;
        }

        return started;
    }

    /// <summary>A client with connections of its own.</summary>
    internal HttpClient CreateClient() => Wire == Wire.Memory
        ? Memory.CreateClient()
        : new HttpClient(new SocketsHttpHandler { SslOptions = { RemoteCertificateValidationCallback = TestCertificate.IsPresented }, UseCookies = false, AllowAutoRedirect = false })
        {
            BaseAddress = Address,
        };

    public async ValueTask DisposeAsync()
    {
        // Clients that are still connected hold a graceful stop up; tests of that call StopAsync themselves.
        using var now = new CancellationTokenSource();
        await now.CancelAsync();
        try
        {
            await App.StopAsync(now.Token).Within();
        }
        catch (OperationCanceledException)
        {
            // It was told to hurry.
        }

        await App.DisposeAsync().AsTask().Within();
    }

    private static void Configure(ListenOptions listen, Wire wire)
    {
        listen.Protocols = wire == Wire.Http2 ? HttpProtocols.Http2 : HttpProtocols.Http1;
        if (wire == Wire.Tls)
        {
            listen.UseHttps(TestCertificate.Instance);
        }
    }
}
