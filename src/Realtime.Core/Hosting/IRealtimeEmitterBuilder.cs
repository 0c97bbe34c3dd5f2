using Microsoft.Extensions.DependencyInjection;

namespace Realtime.Core.Hosting;

/// <summary>Says how an emitter reaches its servers. Packages extend it.</summary>
public interface IRealtimeEmitterBuilder
{
    /// <summary>Gets the name of the emitter; empty for the default one.</summary>
    string Name { get; }

    /// <summary>Gets the services of the application.</summary>
    IServiceCollection Services { get; }
}
