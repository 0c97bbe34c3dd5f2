using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Realtime.Checker;
using Realtime.Core.Backplane;
using Realtime.Core.Hosting;
using Realtime.Core.Namespaces;
using Realtime.Core.Sessions;

namespace Realtime.Simulation;

/// <summary>One server of a run, from its start to its stop.</summary>
/// <remarks>Confined to the thread of the run.</remarks>
internal sealed class Node
{
    private readonly World _world;
    private readonly ServiceProvider _services;
    private Task? _stopping;

    internal Node(World world, string name)
    {
        _world = world;
        Name = name;
        Store = new NodeStore(world.Store, world, this);
        var services = new ServiceCollection();
        services.AddSingleton<TimeProvider>(world.Time.Provider);
        services.AddKeyedSingleton<IBackplane>("", new NodeBackplane(world));
        services.AddKeyedSingleton<ISessionStore>("", Store);
        services.AddRealtime(world.Plan.Configure).AddNamespace("/", space => new Chat(world, this).Configure(space));
        _services = services.BuildServiceProvider();
        foreach (IHostedService hosted in _services.GetServices<IHostedService>())
        {
            hosted.StartAsync(CancellationToken.None).GetAwaiter().GetResult();
        }

        Server = _services.GetRequiredService<IRealtimeServer>();
        world.Recorder.Add(Records.Start(name));
    }

    internal string Name { get; }

    internal NodeStore Store { get; }

    internal IRealtimeServer Server { get; }

    internal RealtimeNamespace Space => Server.Of("/");

    internal bool IsUp => _stopping is null;

    internal bool HasStopped { get; private set; }

    /// <summary>Stops in order: handlers come to their end, sessions are handed over.</summary>
    internal void Stop()
    {
        // A client that was away before may notice later than the store, so a little of the window is not promised.
        long window = (_world.Plan.Window - TimeSpan.FromSeconds(2)).Ticks / TimeSpan.TicksPerMicrosecond;
        _world.Recorder.Add(Records.Drain(Name, begins: true, kept: true) with { Window = window });
        _stopping = Task.WhenAll(_services.GetServices<IHostedService>().Select(static hosted => hosted.StopAsync(CancellationToken.None)));
    }

    /// <summary>Looks whether the stop has come to its end.</summary>
    internal void Settle()
    {
        if (_stopping is { IsCompleted: true } && !HasStopped)
        {
            HasStopped = true;
            _stopping.GetAwaiter().GetResult();
            _services.Dispose();
            _world.Recorder.Add(Records.Drain(Name, begins: false, kept: true));
            _world.Recorder.Add(Records.Stop(Name));
        }
    }

    /// <summary>The run is over.</summary>
    internal void End()
    {
        if (IsUp)
        {
            _world.Recorder.Add(Records.Stop(Name));
            _services.Dispose();
        }
    }
}
