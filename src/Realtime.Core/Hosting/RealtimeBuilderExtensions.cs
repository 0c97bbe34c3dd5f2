using System.Text.RegularExpressions;
using Realtime.Core.Backplane;
using Realtime.Core.Hosting;
using Realtime.Core.Namespaces;

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

    private static IRealtimeBuilder Add(this IRealtimeBuilder builder, Action<NamespaceCatalog> apply)
    {
        builder.Services.AddSingleton(new NamespaceSetup(builder.Name, apply));
        return builder;
    }
}
