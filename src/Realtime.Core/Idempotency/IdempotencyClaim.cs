namespace Realtime.Core.Idempotency;

/// <summary>The answer of a store to who asks for a key.</summary>
/// <remarks>Immutable.</remarks>
/// <param name="State">What is known of the key.</param>
/// <param name="Fence">The number of the claim, higher than that of every earlier claim of the key. 0 when the store is full.</param>
/// <param name="Result">What the work resulted in; empty unless it was completed.</param>
public readonly record struct IdempotencyClaim(IdempotencyState State, long Fence, ReadOnlyMemory<byte> Result);
