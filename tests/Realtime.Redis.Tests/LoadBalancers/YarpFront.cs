using System.Net;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace Realtime.Redis.Tests.LoadBalancers;

/// <summary>YARP with the configuration of the guide: nothing of it is changed but the addresses, and the affinity where it is to have none.</summary>
internal sealed class YarpFront : IAsyncDisposable
{
    private readonly WebApplication _app;

    private YarpFront(WebApplication app) => _app = app;

    internal string Address => _app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single();

    internal static async Task<YarpFront> StartAsync(BalancedNode a, BalancedNode b, bool hasAffinity = true)
    {
        string text = await File.ReadAllTextAsync(Path.Combine(Guide.Root, "samples", "ScaleOut", "yarp.json"));
        text = text.Replace("10.0.0.11:8080", $"127.0.0.1:{a.Port}", StringComparison.Ordinal).Replace("10.0.0.12:8080", $"127.0.0.1:{b.Port}", StringComparison.Ordinal);
        text = hasAffinity ? text : Guide.Replace(text, "\"SessionAffinity\": {\n          \"Enabled\": true", "\"SessionAffinity\": {\n          \"Enabled\": false");
        WebApplicationBuilder builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions { EnvironmentName = "Production" });
        builder.Configuration.AddJsonStream(new MemoryStream(Encoding.UTF8.GetBytes(text)));
        builder.Services.AddLogging();
        builder.Services.AddRouting();
        builder.Services.AddReverseProxy().LoadFromConfig(builder.Configuration.GetSection("ReverseProxy"));
        builder.WebHost.UseKestrel(static options => options.Listen(IPAddress.Loopback, 0, static listen => listen.UseHttps(Certificates.Create())));
        WebApplication app = builder.Build();
        app.UseRouting();
        app.MapReverseProxy();
        await app.StartAsync();
        return new YarpFront(app);
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();
}
