using Realtime.Contracts.Presence;
using Realtime.Core.Presence;

namespace Realtime.Core.Tests.Presence;

public sealed class MemoryPresenceStoreContractTests : PresenceStoreContract
{
    protected override Task<PresenceNode> CreateNodeAsync() => Task.FromResult(new PresenceNode(new MemoryPresenceStore()));
}
