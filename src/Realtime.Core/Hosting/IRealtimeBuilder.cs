using Microsoft.Extensions.DependencyInjection;

namespace Realtime.Core.Hosting;

/// <summary>Says what a server consists of. Packages extend it.</summary>
public interface IRealtimeBuilder
{
    /// <summary>Gets the name of the server; empty for the default one.</summary>
    string Name { get; }

    /// <summary>Gets the services of the application.</summary>
    IServiceCollection Services { get; }
}
