using Realtime.Contracts.Sessions;
using Realtime.Core.Sessions;

namespace Realtime.Core.Tests.Sessions;

public sealed class MemorySessionStoreContractTests : SessionStoreContract
{
    protected override Task<SessionBench> CreateBenchAsync(Action<SessionOptions>? configure = null) => Task.FromResult<SessionBench>(new MemorySessionBench(configure));
}
