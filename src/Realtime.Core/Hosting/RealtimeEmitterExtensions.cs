using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using Realtime.Core.Backplane;
using Realtime.Core.Hosting;

#pragma warning disable IDE0130 // Where every registration of .NET stands, so that it needs no using.
namespace Microsoft.Extensions.DependencyInjection;
#pragma warning restore IDE0130

/// <summary>Adds emitters to an application: what publishes to clients without serving any.</summary>
public static class RealtimeEmitterExtensions
{
    /// <summary>Adds <see cref="IRealtimeEmitter"/>, with default options. How it reaches the servers is to be said, too: <c>AddRealtimeEmitter().AddRedis(…)</c>.</summary>
    /// <param name="services">The services.</param>
    /// <returns>The emitter, to add a way to.</returns>
    public static IRealtimeEmitterBuilder AddRealtimeEmitter(this IServiceCollection services) => services.AddRealtimeEmitter("", static _ => { });

    /// <summary>Adds <see cref="IRealtimeEmitter"/>.</summary>
    /// <param name="services">The services.</param>
    /// <param name="configure">Its options.</param>
    /// <returns>The emitter, to add a way to.</returns>
    public static IRealtimeEmitterBuilder AddRealtimeEmitter(this IServiceCollection services, Action<RealtimeEmitterOptions> configure) => services.AddRealtimeEmitter("", configure);

    /// <summary>Adds an emitter beside others, for another cluster. It is a keyed service by its name; the one that was added first is the default.</summary>
    /// <param name="services">The services.</param>
    /// <param name="name">The name.</param>
    /// <param name="configure">Its options.</param>
    /// <returns>The emitter, to add a way to.</returns>
    public static IRealtimeEmitterBuilder AddRealtimeEmitter(this IServiceCollection services, string name, Action<RealtimeEmitterOptions> configure)
    {
        ArgumentNullException.ThrowIfNull(services);
        ArgumentNullException.ThrowIfNull(name);
        ArgumentNullException.ThrowIfNull(configure);
        services.AddOptions<RealtimeEmitterOptions>(name).Configure(configure);
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddKeyedSingleton<IRealtimeEmitter>(name, (provider, _) => new RealtimeEmitter(
            name,
            provider.GetKeyedService<IPublisher>(name) ?? throw new InvalidOperationException($"The emitter '{name}' has no way to its servers. Call AddRedis behind AddRealtimeEmitter."),
            provider.GetRequiredService<IOptionsMonitor<RealtimeEmitterOptions>>().Get(name),
            provider.GetRequiredService<TimeProvider>()));
        services.TryAddSingleton<IRealtimeEmitter>(provider => provider.GetRequiredKeyedService<IRealtimeEmitter>(name));
        return new RealtimeEmitterBuilder(name, services);
    }

    /// <summary>Says how an emitter reaches its servers.</summary>
    /// <param name="builder">The emitter.</param>
    /// <param name="create">Makes the publisher; the container disposes of it.</param>
    /// <returns>The emitter.</returns>
    public static IRealtimeEmitterBuilder UsePublisher(this IRealtimeEmitterBuilder builder, Func<IServiceProvider, IPublisher> create)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentNullException.ThrowIfNull(create);
        builder.Services.AddKeyedSingleton(builder.Name, (services, _) => create(services));
        return builder;
    }
}
