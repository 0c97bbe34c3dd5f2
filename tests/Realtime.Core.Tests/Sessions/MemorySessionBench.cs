using Microsoft.Extensions.Time.Testing;
using Realtime.Contracts.Sessions;
using Realtime.Core.Sessions;

namespace Realtime.Core.Tests.Sessions;

/// <summary>A store in memory on virtual time.</summary>
internal sealed class MemorySessionBench : SessionBench
{
    internal MemorySessionBench(Action<SessionOptions>? configure = null)
    {
        configure?.Invoke(Options);
        Memory = new MemorySessionStore(Options, Time);
    }

    public override ISessionStore Store => Memory;

    internal FakeTimeProvider Time { get; } = new();

    internal MemorySessionStore Memory { get; }

    public override Task PassAsync(TimeSpan time)
    {
        Time.Advance(time);
        return Task.CompletedTask;
    }

    public override ValueTask DisposeAsync()
    {
        Memory.Dispose();
        return default;
    }
}
