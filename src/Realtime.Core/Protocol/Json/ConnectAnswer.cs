using System.Globalization;
using System.Text;

namespace Realtime.Core.Protocol.Json;

/// <summary>What a client gets that joined a namespace: exactly the keys that clients of Node's server were tested with.</summary>
internal static class ConnectAnswer
{
    // Ids are URL-safe characters, so nothing has to be escaped.
    internal static ReadOnlyMemory<byte> Create(string socketId) => Encoding.UTF8.GetBytes($$"""{"sid":"{{socketId}}"}""");

    /// <summary>Makes the answer to a client that recovers by the protocol of Socket.IO.</summary>
    internal static ReadOnlyMemory<byte> Create(string socketId, string sessionId) => Encoding.UTF8.GetBytes($$"""{"sid":"{{socketId}}","pid":"{{sessionId}}"}""");

    /// <summary>Makes the answer to a client that recovers what it misses.</summary>
    internal static ReadOnlyMemory<byte> Create(string socketId, string sessionId, bool isRecovered, long received, int window)
    {
        string extension = string.Create(CultureInfo.InvariantCulture, $$$"""{"v":1,"recovered":{{{(isRecovered ? "true" : "false")}}},"received":{{{received}}},"window":{{{window}}}}""");
        return Encoding.UTF8.GetBytes($$$"""{"sid":"{{{socketId}}}","pid":"{{{sessionId}}}","$realtime":{{{extension}}}}""");
    }
}
