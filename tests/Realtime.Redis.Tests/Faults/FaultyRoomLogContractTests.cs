using Realtime.Contracts.Backplane;
using Realtime.Core.Backplane;

namespace Realtime.Redis.Tests.Faults;

/// <summary>Each node places what is numbered once and in order although the channels of all nodes lose, double and delay messages.</summary>
#pragma warning disable CA1001 // Disposed of at the end of its lifetime.
public sealed class FaultyRoomLogContractTests(RedisFixture redis) : RoomLogContract, IClassFixture<RedisFixture>, IAsyncLifetime
#pragma warning restore CA1001
{
    private readonly FaultyNodes _nodes = new();

    protected override int Nodes => 3;

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync() => await _nodes.DisposeAsync();

    protected override Task<IReadOnlyList<IBackplane>> CreateClusterAsync(int nodes) => _nodes.CreateClusterAsync(redis, nodes, Limits);
}
