using Realtime.Core.Backplane;
using Realtime.Core.Sessions;

namespace Realtime.Core.Namespaces.Recovery;

/// <summary>What recovery shares over all namespaces of a server.</summary>
/// <remarks>Immutable.</remarks>
internal sealed record RecoveryEnvironment(RecoveryOptions Options, ISessionStore Store, IBackplane Backplane, TimeProvider TimeProvider)
{
    private readonly long _epoch = TimeProvider.GetTimestamp();

    // Clients name a stream that has ended for an hour. What is remembered longer would count as never heard of, and come twice.
    private static readonly TimeSpan s_maxEndedStayMemory = TimeSpan.FromMinutes(30);

    /// <summary>Gets how long the end of a stay is remembered: as long as its log may be kept.</summary>
    internal TimeSpan EndedStayMemory => Options.Retention.MaxAge < s_maxEndedStayMemory ? Options.Retention.MaxAge : s_maxEndedStayMemory;

    /// <summary>Gets a monotonic time.</summary>
    internal TimeSpan Now => TimeProvider.GetElapsedTime(_epoch);
}
