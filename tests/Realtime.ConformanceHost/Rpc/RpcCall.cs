using System.Text.Json;

namespace Realtime.ConformanceHost.Rpc;

/// <summary>One call, as a test sent it.</summary>
/// <remarks>Immutable.</remarks>
internal sealed class RpcCall(JsonElement json)
{
    internal string? Profile => Text("profile");

    internal string Method => Text("m") ?? throw new RpcException("the method is missing");

    internal string Namespace => Text("nsp") ?? "/";

    internal string Id => Text("id") ?? throw new RpcException("the id is missing");

    internal string[] To => Texts("to");

    internal string[] Except => Texts("except");

    internal RpcFlags Flags => RpcFlags.Of(Member("flags"));

    internal string EventName => Text("ev") ?? throw new RpcException("the name of the event is missing");

    internal object?[] Arguments => Member("args") is { ValueKind: JsonValueKind.Array } items ? [.. items.EnumerateArray().Select(BinaryJson.Read)] : [];

    internal bool WantsAck => IsTrue("ack");

    internal string[] Rooms => Texts("rooms");

    internal string Room => Text("room") ?? throw new RpcException("the room is missing");

    internal bool Close => IsTrue("close");

    internal object? Data => Member("data") is { } data ? BinaryJson.Read(data) : null;

    internal IEnumerable<RpcCall> Calls => Member("calls") is { ValueKind: JsonValueKind.Array } items ? items.EnumerateArray().Select(static item => new RpcCall(item)) : [];

    private JsonElement? Member(string name) => json.ValueKind == JsonValueKind.Object && json.TryGetProperty(name, out JsonElement value) ? value : null;

    private string? Text(string name) => Member(name) is { ValueKind: JsonValueKind.String } value ? value.GetString() : null;

    private bool IsTrue(string name) => Member(name) is { ValueKind: JsonValueKind.True };

    private string[] Texts(string name) => Member(name) switch
    {
        { ValueKind: JsonValueKind.Array } items => [.. items.EnumerateArray().Select(static item => item.GetString()!)],
        { ValueKind: JsonValueKind.String } single => [single.GetString()!],
        _ => [],
    };
}
