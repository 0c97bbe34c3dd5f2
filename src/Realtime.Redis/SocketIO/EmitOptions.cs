using Realtime.Core.Backplane;

namespace Realtime.Redis.SocketIO;

/// <summary>The flags of an emit.</summary>
internal readonly record struct EmitOptions(bool IsVolatile, bool Compress, long? Milliseconds)
{
    /// <summary>Gets what stands for an operation without flags of its own.</summary>
    internal static EmitOptions None { get; } = new(IsVolatile: false, Compress: true, Milliseconds: null);

    internal static EmitOptions Of(Publication publication, TimeSpan? timeout = null) => new(publication.IsVolatile, publication.Compress, InMilliseconds(timeout));

    internal static EmitOptions Waiting(TimeSpan? timeout) => None with { Milliseconds = InMilliseconds(timeout) };

    private static long? InMilliseconds(TimeSpan? timeout) => timeout is { } time ? (long)Math.Ceiling(time.TotalMilliseconds) : null;
}
