using Microsoft.Extensions.Logging;
using Realtime.Client.Connections;
using Realtime.Client.Diagnostics;
using Realtime.Core.Protocol.Json;

namespace Realtime.Client;

/// <summary>What the namespaces of a client share.</summary>
/// <remarks>Immutable.</remarks>
internal sealed record ClientParts(
    ConnectionDriver Driver,
    RealtimeClientOptions Options,
    PayloadSerializer Serializer,
    Action<HandlerFailure> OnHandlerFailed,
    ClientMeter Meter,
    ILogger Logger,
    TimeProvider TimeProvider);
