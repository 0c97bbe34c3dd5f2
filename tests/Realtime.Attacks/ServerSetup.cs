using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Realtime.AspNetCore.Endpoints;
using Realtime.Core.Hosting;
using Realtime.Core.Namespaces;

namespace Realtime.Attacks;

/// <summary>What an attack changes in the server that it is made on.</summary>
internal sealed class ServerSetup
{
    internal Action<RealtimeOptions> Options { get; set; } = static _ => { };

    internal Action<RealtimeHttpOptions> Http { get; set; } = static _ => { };

    internal Action<NamespaceBuilder> Space { get; set; } = static _ => { };

    internal Action<IRealtimeBuilder> Realtime { get; set; } = static _ => { };

    internal Action<KestrelServerOptions> Kestrel { get; set; } = static _ => { };

    internal Action<WebApplication> App { get; set; } = static _ => { };
}
