using System.Diagnostics.Metrics;
using Microsoft.Extensions.Logging;
using Realtime.Client.Reconnecting;
using Realtime.Client.Transports;

namespace Realtime.Client;

/// <summary>What a builder has gathered.</summary>
internal sealed record ClientSetup(
    string Namespace,
    Func<CancellationToken, ValueTask<object?>>? Auth,
    RealtimeClientOptions Options,
    IReconnectPolicy? Policy,
    IClientTransportFactory? Transports,
    ILoggerFactory Loggers,
    IMeterFactory? Meters,
    TimeProvider TimeProvider);
