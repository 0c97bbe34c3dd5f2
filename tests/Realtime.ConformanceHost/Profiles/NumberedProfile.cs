using System.Collections.Concurrent;
using System.Text.Json;
using Microsoft.Extensions.Options;
using Realtime.ConformanceHost.Servers;
using Realtime.Core.Backplane;
using Realtime.Core.Hosting;
using Realtime.Core.Namespaces;
using Realtime.Core.Protocol;
using Realtime.Core.Sequencing;
using Realtime.Redis;
using Realtime.Redis.Backplane;
using StackExchange.Redis;

namespace Realtime.ConformanceHost.Profiles;

/// <summary>The profile in which rooms keep logs and every client recovers: by the extension, or by the protocol of Socket.IO. With <c>REDIS</c> several hosts form a cluster; <c>NODE</c> names the host.</summary>
internal sealed class NumberedProfile(string? redis)
{
    private const string Prefix = "numbered";

    private readonly ConcurrentDictionary<string, long> _counters = new(StringComparer.Ordinal);
    private readonly Lazy<Task<ConnectionMultiplexer>> _connection = new(() => ConnectionMultiplexer.ConnectAsync(redis!));
    private readonly string _node = Environment.GetEnvironmentVariable("NODE") ?? "";

    /// <summary>Creates the profile, and one that never has a Redis.</summary>
    internal static IEnumerable<Profile> CreateAll() => [Create("numbered", Environment.GetEnvironmentVariable("REDIS") is { Length: > 0 } redis ? redis : null), Create("numbered-local", redis: null)];

    private static Profile Create(string name, string? redis) => new(name)
    {
        Configure = static options =>
        {
            NodeSettings.Apply(options.Recovery, TimeSpan.FromSeconds(20), skipMiddlewares: false);
            options.Heartbeat.Interval = TimeSpan.FromSeconds(1);
            options.Heartbeat.Timeout = TimeSpan.FromSeconds(20); // many pings, and patience with a busy machine
        },
        ConfigureServer = server =>
        {
            _ = redis is null ? server : server.AddRedis(redis, static options => options.KeyPrefix = Prefix);
            server.UseBackplane(services => Observe(services.GetRequiredService<IOptionsMonitor<RealtimeOptions>>().Get(server.Name).Recovery.Retention, redis, services.GetRequiredService<ILoggerFactory>()));
        },
        ConfigureMain = main => new NumberedProfile(redis).AddTo(main),
    };

    private static ObservedBackplane Observe(RetentionLimits retention, string? redis, ILoggerFactory loggers) => redis is null
        ? new ObservedBackplane(new LocalBackplane(retention, TimeProvider.System))
        : new ObservedClusterBackplane(new RedisBackplane(
            async () => await ConnectionMultiplexer.ConnectAsync(redis), new RedisBackplaneOptions { KeyPrefix = Prefix }, retention, TimeProvider.System, loggers));

    private static ValueTask IdentifyAsync(ConnectingContext context, Func<ConnectingContext, ValueTask> next)
    {
        JsonElement auth = JsonElement.Parse(context.Socket.Auth.Json.Span);
        if (auth.TryGetProperty("user", out JsonElement user) && user.ValueKind == JsonValueKind.String)
        {
            context.Socket.UserId = user.GetString();
        }

        return next(context);
    }

    private static async Task<long[]> PublishAsync(Emitter target, ReadOnlyMemory<EventArgument> arguments)
    {
        using var observation = new Observation();
        await target.EmitAsync("msg", [.. arguments.Span]);
        return observation.Offsets;
    }

    private void AddTo(NamespaceBuilder main) => main
        .Use(IdentifyAsync)
        .On("pub", static async context =>
        {
            long[] offsets = await PublishAsync(context.Namespace.To(context.Get<string>(0)!), Rest(context));
            await context.AckAsync(offsets.Length > 0 ? offsets[0] : null);
        })
        .On("pub-many", static async context => await context.AckAsync(await PublishAsync(context.Namespace.To(context.Get<string[]>(0)), Rest(context))))
        .On("pub-except", static async context =>
        {
            long[] offsets = await PublishAsync(context.Socket.To(context.Get<string>(0)!), Rest(context));
            await context.AckAsync(offsets.Length > 0 ? offsets[0] : null);
        })
        .On("vol", static context => context.Namespace.To(context.Get<string>(0)!).Volatile.EmitAsync("msg", [.. Rest(context).Span]))
        .On("to-user", static context => context.Namespace.ToUser(context.Get<string>(0)!).EmitAsync("msg", [.. Rest(context).Span]))
        .On("count", async context => await context.AckAsync(await CountAsync(context.Get<string>(0)!)))
        .On("count-and-pub", async context =>
        {
            long count = await CountAsync(context.Get<string>(0)!);
            await context.Namespace.To(context.Get<string>(1)!).EmitAsync("msg", count);
            await context.AckAsync(count);
        })
        .On("slow", async context =>
        {
            await Task.Delay(TimeSpan.FromMilliseconds(context.Get<int>(0)));
            await context.AckAsync(await CountAsync(context.Get<string>(1)!));
        })
        .On("who", context => context.AckAsync(_node));

    private static ReadOnlyMemory<EventArgument> Rest(EventContext context) => context.Arguments.Skip(1).ToArray();

    private async ValueTask<long> CountAsync(string key) => redis is null
        ? _counters.AddOrUpdate(key, 1, static (_, count) => count + 1)
        : await (await _connection.Value).GetDatabase().StringIncrementAsync($"{Prefix}:count:{key}");
}
