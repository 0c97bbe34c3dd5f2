using System.Net;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;
using Realtime.Core.Hosting;
using Realtime.Core.Namespaces;

namespace Realtime.ClientChaos;

/// <summary>The server, in a process of its own: says its port, runs until its input ends, then says what it saw.</summary>
internal static class ChaosHost
{
    private const int Publishers = 4;
    private static readonly TimeSpan s_publishEvery = TimeSpan.FromMilliseconds(100);

    internal static async Task RunAsync(string? mistake)
    {
        var watch = new EchoWatch();
        long joins = 0;
        await using WebApplication app = Build(space =>
        {
            space.OnConnected(socket =>
            {
                Interlocked.Increment(ref joins);
                socket.Items.Set(new EchoWatch.LastOnConnection());
                return default;
            });
            space.On(ChaosEvents.Echo, (context, question) =>
            {
                watch.Note(context.Socket, question);
                return ValueTask.FromResult(mistake == "answer" && question.Number % 100 == 0 ? question with { Number = 0 } : question);
            });
        });
        await app.StartAsync();
        var address = new Uri(app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single());
        Console.WriteLine(address.Port);

        using var stop = new CancellationTokenSource();
        RealtimeNamespace space = app.Services.GetRequiredService<IRealtimeServer>().Of("/");
        Task<long>[] publishing = [.. Enumerable.Range(0, Publishers).Select(publisher => PublishAsync(space, publisher, mistake, stop.Token))];
        while (await Console.In.ReadLineAsync() is not null)
        {
        }

        await stop.CancelAsync();
        long published = (await Task.WhenAll(publishing)).Sum();
        Console.WriteLine(JsonSerializer.Serialize(new HostReport(watch.Echoes, watch.OutOfOrder, watch.Twice, joins, published, watch.FirstMistakes)));
    }

    private static WebApplication Build(Action<NamespaceBuilder> space)
    {
        WebApplicationBuilder builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions { EnvironmentName = "Production" });
        builder.Services.AddRouting();
        builder.Services.AddMetrics();
        builder.Services.AddRealtime(options =>
            {
                options.Heartbeat.Interval = TimeSpan.FromSeconds(2);
                options.Heartbeat.Timeout = TimeSpan.FromSeconds(1);
                options.Connections.CloseTimeout = TimeSpan.FromSeconds(1);
            })
            .ConfigureHttp(static http => http.Security.RequireTls = false) // plain loopback by purpose
            .AddNamespace("/", space);
        builder.WebHost.UseKestrel(static options => options.Listen(IPAddress.Loopback, 0));
        WebApplication app = builder.Build();
        app.MapRealtime();
        return app;
    }

    private static async Task<long> PublishAsync(RealtimeNamespace space, int publisher, string? mistake, CancellationToken stopped)
    {
        using var beat = new PeriodicTimer(s_publishEvery);
        long number = 0;
        try
        {
            while (await beat.WaitForNextTickAsync(stopped))
            {
                number++;
                bool isWrong = number % 100 == 0;
                await space.EmitAsync(ChaosEvents.Published, new Numbered(publisher, mistake == "order" && isWrong ? number - 2 : number), CancellationToken.None);
            }
        }
        catch (OperationCanceledException)
        {
            // The run is over.
        }

        return number;
    }
}
