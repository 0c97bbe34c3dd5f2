using System.Text.Json;

namespace Realtime.Redis.SocketIO;

/// <summary>A question to other nodes that waits for answers.</summary>
internal interface IPendingRequest
{
    /// <summary>A node answered.</summary>
    /// <param name="message">The message.</param>
    /// <param name="body">The part of it that the answer is in.</param>
    void OnResponse(NodeMessage message, JsonElement body);
}
