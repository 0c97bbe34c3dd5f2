using Microsoft.Extensions.Logging;
using Realtime.Core.Protocol;

namespace Realtime.Client.Connections;

/// <summary>What every session of a client is given.</summary>
/// <remarks>Immutable.</remarks>
internal sealed record SessionSettings(PacketLimits Limits, ILogger Logger, TimeProvider TimeProvider);
