using System.Text.Json;
using Realtime.Core.Namespaces;

namespace Realtime.ConformanceHost.Rpc;

/// <summary>How a call wants to emit.</summary>
internal sealed record RpcFlags(bool Volatile, bool Local, bool Compress, TimeSpan? Timeout)
{
    internal static RpcFlags Of(JsonElement? json)
    {
        return new RpcFlags(
            Member("volatile") is { ValueKind: JsonValueKind.True },
            Member("local") is { ValueKind: JsonValueKind.True },
            Member("compress") is not { ValueKind: JsonValueKind.False },
            Member("timeout") is { ValueKind: JsonValueKind.Number } timeout ? TimeSpan.FromMilliseconds(timeout.GetDouble()) : null);

        JsonElement? Member(string name) => json is { ValueKind: JsonValueKind.Object } flags && flags.TryGetProperty(name, out JsonElement value) ? value : null;
    }

    internal Emitter ApplyTo(Emitter emitter)
    {
        emitter = emitter.Compress(Compress);
        emitter = Volatile ? emitter.Volatile : emitter;
        emitter = Local ? emitter.Local : emitter;
        return Timeout is { } timeout ? emitter.WithTimeout(timeout) : emitter;
    }

    internal SocketEmitter ApplyTo(RealtimeSocket socket)
    {
        SocketEmitter emitter = socket.Compress(Compress);
        emitter = Volatile ? emitter.Volatile : emitter;
        return Timeout is { } timeout ? emitter.WithTimeout(timeout) : emitter;
    }
}
