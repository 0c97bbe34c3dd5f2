using Microsoft.AspNetCore.Cors.Infrastructure;
using Realtime.AspNetCore.Endpoints;
using Realtime.Core.Hosting;
using Realtime.Core.Namespaces;

namespace Realtime.ConformanceHost.Profiles;

/// <summary>One of the servers of server D: what it changes of Node's defaults. The namespaces and handlers are those of all profiles.</summary>
internal sealed record Profile(string Name)
{
    internal string Path { get; init; } = $"/p/{Name}/";

    internal Action<RealtimeOptions> Configure { get; init; } = static _ => { };

    internal Action<RealtimeHttpOptions> ConfigureHttp { get; init; } = static _ => { };

    /// <summary>Gets what it adds to the namespace <c>/</c>.</summary>
    internal Action<NamespaceBuilder> ConfigureMain { get; init; } = static _ => { };

    internal Action<IRealtimeBuilder> ConfigureServer { get; init; } = static _ => { };

    internal Action<CorsPolicyBuilder>? Cors { get; init; }
}
