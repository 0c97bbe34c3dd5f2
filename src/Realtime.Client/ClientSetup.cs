using System.Diagnostics.Metrics;
using Microsoft.Extensions.Logging;
using Realtime.Client.Reconnecting;

namespace Realtime.Client;

/// <summary>What a builder has gathered.</summary>
internal sealed record ClientSetup(
    string Namespace,
    Func<CancellationToken, ValueTask<object?>>? Auth,
    RealtimeClientOptions Options,
    IReconnectPolicy? Policy,
    ILoggerFactory Loggers,
    IMeterFactory? Meters,
    TimeProvider TimeProvider);
