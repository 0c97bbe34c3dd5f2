using System.Collections.Concurrent;
using System.Text.Json;
using Realtime.ConformanceHost.Servers;
using Realtime.Core.Backplane;
using Realtime.Core.Hosting;
using Realtime.Core.Namespaces;
using Realtime.Core.Protocol;

namespace Realtime.ConformanceHost.Profiles;

/// <summary>The profile in which rooms keep logs and every client recovers: by the extension, or by the protocol of Socket.IO.</summary>
internal sealed class NumberedProfile
{
    private readonly ConcurrentDictionary<string, long> _counters = new(StringComparer.Ordinal);
    private readonly string _node = Environment.GetEnvironmentVariable("NODE") ?? "";

    internal static Profile Create() => new("numbered")
    {
        Configure = static options =>
        {
            NodeSettings.Apply(options.Recovery, TimeSpan.FromSeconds(20), skipMiddlewares: false);
            options.Heartbeat.Interval = TimeSpan.FromSeconds(1);
            options.Heartbeat.Timeout = TimeSpan.FromSeconds(1);
        },
        ConfigureServer = static server => server.UseBackplane(services => new ObservedBackplane(
            new LocalBackplane(services.GetRequiredService<Microsoft.Extensions.Options.IOptionsMonitor<RealtimeOptions>>().Get(server.Name).Recovery.Retention, TimeProvider.System))),
        ConfigureMain = static main => new NumberedProfile().AddTo(main),
    };

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
        .On("count", context => context.AckAsync(Count(context.Get<string>(0)!)))
        .On("count-and-pub", async context =>
        {
            long count = Count(context.Get<string>(0)!);
            await context.Namespace.To(context.Get<string>(1)!).EmitAsync("msg", count);
            await context.AckAsync(count);
        })
        .On("slow", async context =>
        {
            await Task.Delay(TimeSpan.FromMilliseconds(context.Get<int>(0)));
            await context.AckAsync(Count(context.Get<string>(1)!));
        })
        .On("who", context => context.AckAsync(_node));

    private static ReadOnlyMemory<EventArgument> Rest(EventContext context) => context.Arguments.Skip(1).ToArray();

    private long Count(string key) => _counters.AddOrUpdate(key, 1, static (_, count) => count + 1);
}
