// PORT=3000 Realtime.ConformanceHost A|B|C|D
// What outside suites and our own interop tests need from a server, on the public API alone. Says "ready" when it accepts connections.
using System.Globalization;
using System.Net;
using Realtime.ConformanceHost.Servers;

string letter = args.FirstOrDefault() ?? "";
Func<WebApplicationBuilder, WebApplication>? build = letter switch
{
    "A" => ServerA.Build,
    "B" => ServerB.Build,
    "C" => ServerC.Build,
    "D" => ServerD.Build,
    _ => null,
};
if (build is null)
{
    await Console.Error.WriteLineAsync("usage: Realtime.ConformanceHost A|B|C|D (PORT in the environment)");
    return 2;
}

int port = int.Parse(Environment.GetEnvironmentVariable("PORT") ?? "3000", CultureInfo.InvariantCulture);
WebApplicationBuilder builder = WebApplication.CreateBuilder();
builder.Logging.ClearProviders().SetMinimumLevel(LogLevel.Warning).AddConsole(static options => options.LogToStandardErrorThreshold = LogLevel.Trace);
builder.WebHost.ConfigureKestrel(options =>
{
    options.AddServerHeader = false;
    options.Listen(IPAddress.Loopback, port);
});

await using WebApplication app = build(builder);
app.Lifetime.ApplicationStarted.Register(() => Console.WriteLine($"{letter} ready"));
await app.RunAsync();
return 0;
