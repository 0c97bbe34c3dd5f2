using System.Diagnostics.CodeAnalysis;
using System.Text.RegularExpressions;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Realtime.Core.Authentication;
using Realtime.Core.Backplane;
using Realtime.Core.Hosting;
using Realtime.Core.Idempotency;
using Realtime.Core.Limits;
using Realtime.Core.Namespaces;
using Realtime.Core.Presence;
using Realtime.Core.Sessions;
using Realtime.Core.Users;

#pragma warning disable IDE0130 // Where every builder extension of .NET stands, so that it needs no using.
namespace Microsoft.Extensions.DependencyInjection;
#pragma warning restore IDE0130

/// <summary>Adds namespaces and parts to a server.</summary>
public static class RealtimeBuilderExtensions
{
    /// <summary>Adds a namespace, or adds to one.</summary>
    /// <param name="builder">The server.</param>
    /// <param name="name">Its name, for example <c>/chat</c>; <c>/</c> is the main one. It must not contain a comma.</param>
    /// <param name="configure">What happens in it.</param>
    /// <returns>The server.</returns>
    public static IRealtimeBuilder AddNamespace(this IRealtimeBuilder builder, string name, Action<NamespaceBuilder> configure)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentNullException.ThrowIfNull(configure);
        return builder.Add(catalog => configure(new NamespaceBuilder(catalog.GetOrAdd(name))));
    }

    /// <summary>Adds a namespace that only exists: clients can join it and be emitted to.</summary>
    /// <param name="builder">The server.</param>
    /// <param name="name">Its name.</param>
    /// <returns>The server.</returns>
    public static IRealtimeBuilder AddNamespace(this IRealtimeBuilder builder, string name) => builder.AddNamespace(name, static _ => { });

    /// <summary>Adds namespaces that come into being when a client asks for a name that matches. Named namespaces win; among patterns the first that accepts.</summary>
    /// <param name="builder">The server.</param>
    /// <param name="pattern">The pattern of names.</param>
    /// <param name="configure">What happens in each of them.</param>
    /// <returns>The server.</returns>
    public static IRealtimeBuilder AddNamespace(this IRealtimeBuilder builder, Regex pattern, Action<NamespaceBuilder> configure)
    {
        ArgumentNullException.ThrowIfNull(pattern);
        return builder.AddNamespace(request => new ValueTask<bool>(pattern.IsMatch(request.Name)), configure);
    }

    /// <summary>Adds namespaces that come into being when a client asks for one that a predicate accepts.</summary>
    /// <param name="builder">The server.</param>
    /// <param name="accepts">Decides; it may look at what the client sent to authenticate.</param>
    /// <param name="configure">What happens in each of them.</param>
    /// <returns>The server.</returns>
    public static IRealtimeBuilder AddNamespace(this IRealtimeBuilder builder, Func<DynamicNamespaceRequest, ValueTask<bool>> accepts, Action<NamespaceBuilder> configure)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentNullException.ThrowIfNull(accepts);
        ArgumentNullException.ThrowIfNull(configure);
        return builder.Add(catalog =>
        {
            var definition = new NamespaceDefinition();
            configure(new NamespaceBuilder(definition));
            catalog.Patterns.Add((accepts, definition));
        });
    }

    /// <summary>Replaces the backplane of a server.</summary>
    /// <param name="builder">The server.</param>
    /// <param name="create">Makes the backplane; the server disposes of it.</param>
    /// <returns>The server.</returns>
    public static IRealtimeBuilder UseBackplane(this IRealtimeBuilder builder, Func<IServiceProvider, IBackplane> create)
    {
        ArgumentNullException.ThrowIfNull(builder);
        builder.Services.AddKeyedSingleton(builder.Name, (services, _) => create(services));
        return builder;
    }

    /// <summary>Replaces what a server keeps the results of idempotent events in, by default the memory of its process.</summary>
    /// <param name="builder">The server.</param>
    /// <param name="create">Makes the store; the container disposes of it.</param>
    /// <returns>The server.</returns>
    public static IRealtimeBuilder UseIdempotencyStore(this IRealtimeBuilder builder, Func<IServiceProvider, IIdempotencyStore> create) =>
        builder.Use(create);

    /// <summary>Replaces what a server keeps the sessions of clients in that recover, by default the memory of its process.</summary>
    /// <param name="builder">The server.</param>
    /// <param name="create">Makes the store; the container disposes of it.</param>
    /// <returns>The server.</returns>
    public static IRealtimeBuilder UseSessionStore(this IRealtimeBuilder builder, Func<IServiceProvider, ISessionStore> create) =>
        builder.Use(create);

    /// <summary>Gives a server a directory of the connections of users on all nodes. Without one it counts and lists those of its own process.</summary>
    /// <param name="builder">The server.</param>
    /// <param name="create">Makes the directory; the container disposes of it.</param>
    /// <returns>The server.</returns>
    public static IRealtimeBuilder UseConnectionDirectory(this IRealtimeBuilder builder, Func<IServiceProvider, IConnectionDirectory> create) =>
        builder.Use(create);

    /// <summary>Replaces what knows the users in rooms, by default those of its own process.</summary>
    /// <param name="builder">The server.</param>
    /// <param name="create">Makes the store; the container disposes of it.</param>
    /// <returns>The server.</returns>
    public static IRealtimeBuilder UsePresenceStore(this IRealtimeBuilder builder, Func<IServiceProvider, IPresenceStore> create) =>
        builder.Use(create);

    /// <summary>Gives a server a store of rate limits that hold on all servers: see <see cref="RateLimitPolicy.AcrossServers"/>. Without one each server limits by itself.</summary>
    /// <param name="builder">The server.</param>
    /// <param name="create">Makes the store; the container disposes of it.</param>
    /// <returns>The server.</returns>
    public static IRealtimeBuilder UseRateLimitStore(this IRealtimeBuilder builder, Func<IServiceProvider, IRateLimitStore> create) =>
        builder.Use(create);

    /// <summary>Adds what says who a client is, from its <c>auth</c> object or its handshake. Several are asked in order until one has a result.</summary>
    /// <typeparam name="TAuthenticator">The class; it is resolved from a scope for each client that joins. Registered as scoped unless it is registered already.</typeparam>
    /// <param name="builder">The server.</param>
    /// <returns>The server.</returns>
    public static IRealtimeBuilder AddAuthenticator<[DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicConstructors)] TAuthenticator>(this IRealtimeBuilder builder)
        where TAuthenticator : class, IHandshakeAuthenticator
    {
        ArgumentNullException.ThrowIfNull(builder);
        builder.Services.TryAddScoped<TAuthenticator>();
        return builder.AddAuthenticator(static services => services.GetRequiredService<TAuthenticator>());
    }

    /// <summary>Adds what says who a client is.</summary>
    /// <param name="builder">The server.</param>
    /// <param name="create">Finds or makes the authenticator, from the services of a scope of its own for each client that joins.</param>
    /// <returns>The server.</returns>
    public static IRealtimeBuilder AddAuthenticator(this IRealtimeBuilder builder, Func<IServiceProvider, IHandshakeAuthenticator> create)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentNullException.ThrowIfNull(create);
        builder.Services.AddSingleton(new AuthenticatorSetup(builder.Name, create));
        return builder;
    }

    private static IRealtimeBuilder Add(this IRealtimeBuilder builder, Action<NamespaceCatalog> apply)
    {
        builder.Services.AddSingleton(new NamespaceSetup(builder.Name, apply));
        return builder;
    }

    private static IRealtimeBuilder Use<TPart>(this IRealtimeBuilder builder, Func<IServiceProvider, TPart> create)
        where TPart : class
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentNullException.ThrowIfNull(create);
        builder.Services.AddKeyedSingleton(builder.Name, (services, _) => create(services));
        return builder;
    }
}
