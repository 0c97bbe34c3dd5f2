using Realtime.Core.Identifiers;
using Realtime.Core.Protocol;

namespace Realtime.Core.Tests.Protocol;

/// <summary>The packets of the files in <c>Golden/</c>: the examples of the protocol's text and what Node was seen to send.</summary>
internal static class PacketExamples
{
    private const string First = """{"_placeholder":true,"num":0}""";
    private const string Second = """{"_placeholder":true,"num":1}""";

    internal static IReadOnlyDictionary<string, Packet> All { get; } = new Dictionary<string, Packet>
    {
        ["connect"] = Of(PacketKind.Connect, "/", ""),
        ["connect-with-auth"] = Of(PacketKind.Connect, "/", """{"token":"x"}"""),
        ["connected"] = Of(PacketKind.Connect, "/", """{"sid":"IsOr5-VGeikgeuovAAAA"}"""),
        ["connected-to-namespace"] = Of(PacketKind.Connect, "/admin", """{"sid":"IsOr5-VGeikgeuovAAAA"}"""),
        ["connect-error"] = Of(PacketKind.ConnectError, "/", """{"message":"Invalid namespace"}"""),
        ["connect-error-of-namespace"] = Of(PacketKind.ConnectError, "/adm", """{"message":"nope","data":{"code":42}}"""),
        ["disconnect"] = Of(PacketKind.Disconnect, "/", ""),
        ["disconnect-from-namespace"] = Of(PacketKind.Disconnect, "/admin", ""),
        ["event"] = Of(PacketKind.Event, "/", """["foo",1]"""),
        ["event-with-ack"] = Of(PacketKind.Event, "/admin", """["foo"]""", 12),
        ["event-in-namespace-with-query"] = Of(PacketKind.Event, "/a?x=y", """["foo"]"""),
        ["ack"] = Of(PacketKind.Ack, "/admin", """["bar"]""", 12),
        ["ack-without-arguments"] = Of(PacketKind.Ack, "/", "[]", 0),
        ["ack-of-big-id"] = Of(PacketKind.Ack, "/", "[1]", UInt128.Parse("100000000000000000000000", null)),
        ["ack-of-text"] = Of(PacketKind.Ack, "/", """["é€😀\u0000\ud800"]""", 0),
        ["binary-event"] = Of(PacketKind.Event, "/admin", $"""["b",{First},{Second}]""", 7, [1, 2], []),
        ["binary-ack"] = Of(PacketKind.Ack, "/", $"[{First}]", 15, [9]),
        ["binary-ack-nested"] = Of(PacketKind.Ack, "/", $"[[{First},{Second}]]", 0, [1], [1]),
    };

    private static Packet Of(PacketKind kind, string path, string data, UInt128? id = null, params byte[][] attachments) => new()
    {
        Kind = kind,
        Namespace = NamespacePath.Parse(path).Utf8Memory,
        AckId = id is { } value ? new AckId(value) : null,
        Data = Wire.Utf8(data),
        AttachmentCount = attachments.Length,
        Attachments = [.. attachments.Select(attachment => new ReadOnlyMemory<byte>(attachment))],
    };
}
