using System.Text.Json;
using Realtime.Client.Recovery;
using Realtime.Client.Sending;
using Realtime.Client.States;
using Realtime.Core.Protocol;

namespace Realtime.Client.Connections;

/// <summary>Reads what a server answers to a client that wants to join a namespace.</summary>
internal static class ConnectAnswer
{
    // What our server says when a limit is reached, or when it has seen a later CONNECT of the session than this one. It passes, other than a refusal of who somebody is.
    private static readonly string[] s_passing = ["rate_limited", "too_many_connections", "server_full", "namespace_full", "superseded"];

    internal static ConnectRefusedException ReadRefusal(in Packet packet)
    {
        if (packet.Data.IsEmpty)
        {
            return new ConnectRefusedException(ClientCloseReason.Refused, "The server refused the namespace.", null, null, null);
        }

        using JsonDocument json = JsonDocument.Parse(packet.Data);
        JsonElement root = json.RootElement;
        string message = (root.ValueKind == JsonValueKind.String ? root.GetString() : AckError.ReadText(root, "message"u8)) ?? "The server refused the namespace.";
        if (root.ValueKind != JsonValueKind.Object || !root.TryGetProperty("data"u8, out JsonElement data))
        {
            return new ConnectRefusedException(ClientCloseReason.Refused, message, null, null, null);
        }

        string? code = AckError.ReadText(data, "code"u8);
        TimeSpan? retryAfter = data.ValueKind == JsonValueKind.Object ? AckError.ReadTime(data) : null;
        ClientCloseReason reason = Array.IndexOf(s_passing, code) >= 0 ? ClientCloseReason.RefusedForNow : ClientCloseReason.Refused;
        return new ConnectRefusedException(reason, message, code, new EventArgument(System.Text.Encoding.UTF8.GetBytes(data.GetRawText()), []), retryAfter);
    }

    /// <summary>Reads what a server says that accepted a namespace.</summary>
    /// <returns><see langword="null"/> when the id is missing: a server of Socket.IO v2.</returns>
    internal static Acceptance? ReadAcceptance(in Packet packet)
    {
        if (packet.Data.IsEmpty)
        {
            return null;
        }

        using JsonDocument json = JsonDocument.Parse(packet.Data);
        JsonElement root = json.RootElement;
        if (AckError.ReadText(root, "sid"u8) is not { } id)
        {
            return null;
        }

        bool isGranted = root.TryGetProperty(SessionGrant.Key, out JsonElement grant);
        return new Acceptance(id, AckError.ReadText(root, "pid"u8), isGranted, isGranted ? SessionGrant.Read(grant) : null);
    }
}
