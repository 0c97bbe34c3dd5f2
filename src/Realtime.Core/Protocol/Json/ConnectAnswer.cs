using System.Text;

namespace Realtime.Core.Protocol.Json;

/// <summary>What a client gets that joined a namespace: exactly the keys that clients of Node's server were tested with.</summary>
internal static class ConnectAnswer
{
    // Ids are URL-safe characters, so nothing has to be escaped.
    internal static ReadOnlyMemory<byte> Create(string socketId) => Encoding.UTF8.GetBytes($$"""{"sid":"{{socketId}}"}""");
}
