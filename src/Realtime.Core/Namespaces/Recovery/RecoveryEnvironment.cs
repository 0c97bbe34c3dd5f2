using Realtime.Core.Backplane;
using Realtime.Core.Sessions;

namespace Realtime.Core.Namespaces.Recovery;

/// <summary>What recovery shares over all namespaces of a server.</summary>
/// <remarks>Immutable.</remarks>
internal sealed record RecoveryEnvironment(RecoveryOptions Options, ISessionStore Store, IBackplane Backplane, TimeProvider TimeProvider)
{
    private readonly long _epoch = TimeProvider.GetTimestamp();

    /// <summary>Gets a monotonic time.</summary>
    internal TimeSpan Now => TimeProvider.GetElapsedTime(_epoch);
}
