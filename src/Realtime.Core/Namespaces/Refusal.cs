namespace Realtime.Core.Namespaces;

/// <summary>What a refused client is told.</summary>
internal sealed record Refusal(string Message, object? Data)
{
    internal static Refusal InvalidNamespace { get; } = new("Invalid namespace", null);

    /// <summary>A middleware that neither went on nor refused has refused, but said nothing.</summary>
    internal static Refusal Unexplained { get; } = new("Connection refused", null);

    /// <summary>A middleware that threw. What it threw is in the log, not on the wire.</summary>
    internal static Refusal Failed { get; } = new("Internal server error", null);
}
