using Realtime.Client.Reconnecting;

namespace Realtime.Client.Interop.Tests.Support;

/// <summary>Comes back when it is told to by <see cref="RealtimeClient.RetryNow"/>, so that a test has all the time it needs while the client is away.</summary>
/// <remarks>Immutable.</remarks>
internal sealed class PatientDelays : IReconnectPolicy
{
    public TimeSpan? GetDelay(in ReconnectArguments arguments) => TimeSpan.FromHours(1);
}
