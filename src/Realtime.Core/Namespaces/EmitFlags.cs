namespace Realtime.Core.Namespaces;

/// <summary>How an event is sent.</summary>
internal readonly record struct EmitFlags(bool IsVolatile, bool Compress, TimeSpan? Timeout, string? ConflationKey = null)
{
    internal static EmitFlags Default { get; } = new(IsVolatile: false, Compress: true, Timeout: null);
}
