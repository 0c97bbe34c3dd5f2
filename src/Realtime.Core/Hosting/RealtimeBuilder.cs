using Microsoft.Extensions.DependencyInjection;

namespace Realtime.Core.Hosting;

internal sealed record RealtimeBuilder(string Name, IServiceCollection Services) : IRealtimeBuilder;
