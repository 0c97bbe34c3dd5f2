namespace Realtime.AspNetCore.LongPolling;

/// <summary>What a poll is answered with.</summary>
internal readonly record struct PollResponse(ReadOnlyMemory<byte> Body, bool Compress);
