using Microsoft.Extensions.Time.Testing;
using Realtime.Contracts.Idempotency;
using Realtime.Core.Idempotency;

namespace Realtime.Core.Tests.Idempotency;

public sealed class MemoryIdempotencyStoreContractTests : IdempotencyStoreContract
{
    private readonly FakeTimeProvider _time = new();

    protected override Task<IIdempotencyStore> CreateStoreAsync(IdempotencyOptions options) => Task.FromResult<IIdempotencyStore>(new MemoryIdempotencyStore(options, _time));

    protected override Task PassAsync(TimeSpan time)
    {
        _time.Advance(time);
        return Task.CompletedTask;
    }
}
