using System.Text;
using System.Text.Json.Nodes;

namespace Realtime.Client.Interop.Tests.Support;

/// <summary>What a refused CONNECT tells.</summary>
internal static class Refusal
{
    internal static void AssertSays(ConnectRefusedException refused, string message, string? data)
    {
        Assert.Contains(message, refused.Message, StringComparison.Ordinal);
        string? told = refused.RefusalData is { } json ? Encoding.UTF8.GetString(json.Json.Span) : null;
        Assert.True(JsonNode.DeepEquals(data is null ? null : JsonNode.Parse(data), told is null ? null : JsonNode.Parse(told)), $"The data is {told}.");
    }
}
