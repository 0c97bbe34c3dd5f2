using Microsoft.Extensions.Logging;
using Realtime.Core.Authentication;
using Realtime.Core.Backplane;
using Realtime.Core.Connections;
using Realtime.Core.Diagnostics;
using Realtime.Core.Idempotency;
using Realtime.Core.Limits;
using Realtime.Core.Namespaces.Pipeline;
using Realtime.Core.Namespaces.Recovery;
using Realtime.Core.Presence;
using Realtime.Core.Protocol;
using Realtime.Core.Protocol.Json;
using Realtime.Core.Rooms;
using Realtime.Core.Timing;

namespace Realtime.Core.Namespaces;

/// <summary>What all namespaces of a server share.</summary>
/// <remarks>Immutable.</remarks>
internal sealed record NamespaceEnvironment(
    IServiceProvider Services,
    IBackplane Backplane,
    IPacketCodec Codec,
    PayloadSerializer Serializer,
    FanOutOptions FanOut,
    RealtimeMeter Meter,
    TimingWheel Wheel,
    TimeProvider TimeProvider,
    ILogger Logger,
    TimeSpan AckTimeout,
    bool SendsErrorEvents,
    Authenticators Authentication,
    ServerLimits Limits,
    CongestionCounter Congestion,
    IIdempotencyStore Results,
    IdempotencyOptions Idempotency,
    RecoveryEnvironment Recovery)
{
    /// <summary>Gets the codec of clients that recover what they miss.</summary>
    internal TailedPacketCodec RecoveringCodec { get; } = new(Codec);

    /// <summary>Gets the sockets that are in the directory of the cluster; <see langword="null"/> where there is none.</summary>
    internal ListedSockets? Listed { get; init; }

    /// <summary>Gets what knows the users in rooms on all nodes.</summary>
    internal required IPresenceStore Presence { get; init; }

    internal required PresenceOptions PresenceOptions { get; init; }
}
