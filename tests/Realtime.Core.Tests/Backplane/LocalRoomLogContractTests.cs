using Realtime.Contracts.Backplane;
using Realtime.Core.Backplane;

namespace Realtime.Core.Tests.Backplane;

public sealed class LocalRoomLogContractTests : RoomLogContract
{
    protected override Task<IReadOnlyList<IBackplane>> CreateClusterAsync(int nodes) => Task.FromResult<IReadOnlyList<IBackplane>>([new LocalBackplane(Limits, TimeProvider.System)]);
}
