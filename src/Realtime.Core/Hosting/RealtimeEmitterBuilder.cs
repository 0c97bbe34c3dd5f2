using Microsoft.Extensions.DependencyInjection;

namespace Realtime.Core.Hosting;

internal sealed record RealtimeEmitterBuilder(string Name, IServiceCollection Services) : IRealtimeEmitterBuilder;
