namespace Realtime.Client.Sending;

/// <summary>How one event is sent.</summary>
/// <remarks>Immutable.</remarks>
/// <param name="IsVolatile">Whether it is dropped when it cannot go out at once.</param>
/// <param name="Timeout">The time to wait for an acknowledgement; <see langword="null"/> is that of the options.</param>
internal readonly record struct EmitSettings(bool IsVolatile = false, TimeSpan? Timeout = null);
