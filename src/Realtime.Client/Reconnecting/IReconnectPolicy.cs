namespace Realtime.Client.Reconnecting;

/// <summary>Decides how long a client waits before it tries again.</summary>
/// <remarks>Asked by one attempt at a time; never under a lock. A policy that several clients share has to be thread-safe.</remarks>
public interface IReconnectPolicy
{
    /// <summary>Gets the time until the next attempt.</summary>
    /// <param name="arguments">What has happened so far.</param>
    /// <returns>The time, zero or more; <see langword="null"/> stops: the client is disconnected then.</returns>
    TimeSpan? GetDelay(in ReconnectArguments arguments);
}
