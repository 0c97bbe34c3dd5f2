using Microsoft.Extensions.FileProviders;
using Realtime.ConformanceHost.Servers;
using Realtime.Core.Transports;

namespace Realtime.ConformanceHost.Profiles;

/// <summary>The profiles of server D, as data.</summary>
internal static class ProfileCatalog
{
    internal static IReadOnlyList<Profile> All { get; } =
    [
        new("default") { Path = "/socket.io/", ConfigureHttp = static http => http.ClientFiles = FindClientFiles() },
        new("fast")
        {
            Configure = static options =>
            {
                options.Heartbeat.Interval = TimeSpan.FromMilliseconds(300);
                options.Heartbeat.Timeout = TimeSpan.FromMilliseconds(200);
            },
        },
        new("steady")
        {
            Configure = static options =>
            {
                options.Heartbeat.Interval = TimeSpan.FromMilliseconds(300);
                options.Heartbeat.Timeout = TimeSpan.FromSeconds(5);
            },
        },
        new("small") { Configure = static options => options.Connections.MaxMessageBytes = 1000 },
        new("cookie") { ConfigureHttp = static http => http.AffinityCookie = new CookieBuilder { Name = "io", Path = "/", HttpOnly = true, SameSite = SameSiteMode.Lax } },
        new("cookie2")
        {
            Path = "/custom/",
            ConfigureHttp = static http => http.AffinityCookie = new CookieBuilder
            {
                Name = "test", Path = "/custom", HttpOnly = false, SameSite = SameSiteMode.Strict, MaxAge = TimeSpan.FromSeconds(3600),
            },
        },
        new("cors") { Cors = static cors => cors.WithOrigins("https://example.com").WithMethods("GET", "POST").WithHeaders("my-header").AllowCredentials() },
        new("corsany") { Cors = static cors => cors.AllowAnyOrigin().AllowAnyHeader().WithMethods("GET", "HEAD", "PUT", "PATCH", "POST", "DELETE") },
        new("wsonly") { Configure = static options => options.Connections.Transports.Remove(TransportNames.Polling) },
        new("pollonly") { Configure = static options => options.Connections.Transports.Remove(TransportNames.WebSocket) },
        new("noup") { Configure = static options => options.Connections.AllowUpgrades = false },
        new("forbid") { ConfigureHttp = static http => http.AllowRequest = static _ => new ValueTask<string?>("Thou shall not pass") },
        new("csr") { Configure = static options => NodeSettings.Apply(options.Recovery, TimeSpan.FromSeconds(20)) },
        new("csrmw") { Configure = static options => NodeSettings.Apply(options.Recovery, TimeSpan.FromSeconds(20), skipMiddlewares: false) },
        .. NumberedProfile.CreateAll(),
        new("ct") { Configure = static options => options.Connections.ConnectTimeout = TimeSpan.FromMilliseconds(500) },
        new("noslash") { Path = "/p/noslash", ConfigureHttp = static http => http.RequireTrailingSlash = false },
        new("upto") { Configure = static options => options.Connections.UpgradeTimeout = TimeSpan.FromMilliseconds(300) },
        new("deflate") { ConfigureHttp = static http => http.PerMessageDeflate = true },
        new("cleanup") { Configure = static options => options.CleanupEmptyChildNamespaces = true },
        .. RedisProfiles.Create(),
    ];

    /// <summary>The browser client is not part of the library: whoever wants it served says where it is.</summary>
    private static PhysicalFileProvider? FindClientFiles() =>
        Environment.GetEnvironmentVariable("CLIENT_FILES") is { Length: > 0 } folder ? new PhysicalFileProvider(folder) : null;
}
