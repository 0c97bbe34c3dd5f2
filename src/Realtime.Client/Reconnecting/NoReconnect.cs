namespace Realtime.Client.Reconnecting;

/// <summary>Never tries again: for tools that do one thing and end.</summary>
/// <remarks>Immutable.</remarks>
public sealed class NoReconnect : IReconnectPolicy
{
    /// <inheritdoc />
    public TimeSpan? GetDelay(in ReconnectArguments arguments) => null;
}
