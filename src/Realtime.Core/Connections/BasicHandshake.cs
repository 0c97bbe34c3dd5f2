using System.Security.Claims;

namespace Realtime.Core.Connections;

/// <summary>A handshake of given values, for transports without HTTP and for tests.</summary>
/// <remarks>Immutable.</remarks>
public sealed class BasicHandshake : IHandshake
{
    /// <inheritdoc />
    public DateTimeOffset Time { get; init; }

    /// <inheritdoc />
    public string Address { get; init; } = "";

    /// <inheritdoc />
    public string Url { get; init; } = "/";

    /// <inheritdoc />
    public bool IsSecure { get; init; }

    /// <inheritdoc />
    public IReadOnlyDictionary<string, string> Query { get; init; } = new Dictionary<string, string>();

    /// <inheritdoc />
    public IReadOnlyDictionary<string, string> Headers { get; init; } = new Dictionary<string, string>();

    /// <inheritdoc />
    public ClaimsPrincipal User { get; init; } = new();

    /// <inheritdoc />
    public T? Find<T>()
        where T : class => null;
}
