using System.Text;
using Realtime.Core.Framing;

namespace Realtime.AspNetCore.Tests.WebSockets.Rfc6455;

/// <summary>The table: RFC 6455 in examples, for a server that negotiates no extension.</summary>
internal static class Rfc6455Cases
{
    /// <summary>The message limit that the cases were written for: the default of the library.</summary>
    public const int MaxMessageSize = 1_000_000;

    private static readonly Dictionary<string, Rfc6455Case> ByName = new Rfc6455Case[][]
    {
        [.. HeaderCases.All()],
        [.. LengthCases.All()],
        [.. ControlFrameCases.All()],
        [.. FragmentCases.All()],
        [.. CloseCases.All()],
        [.. Utf8Cases.All()],
    }.SelectMany(cases => cases).ToDictionary(@case => @case.Name, StringComparer.Ordinal);

    public static IReadOnlyCollection<Rfc6455Case> All => ByName.Values;

    /// <summary>The names, for <c>MemberData</c>: a test runner can show and select strings.</summary>
    public static TheoryData<string> Names => [.. ByName.Keys];

    public static Rfc6455Case Named(string name) => ByName[name];

    internal static ReceivedMessage Text(string text) => new(WebSocketOpcode.Text, Encoding.UTF8.GetBytes(text));

    internal static ReceivedMessage Binary(params byte[] payload) => new(WebSocketOpcode.Binary, payload);

    internal static ReceivedMessage Ping(string text) => new(WebSocketOpcode.Ping, Encoding.UTF8.GetBytes(text));

    internal static ReceivedMessage Pong(string text) => new(WebSocketOpcode.Pong, Encoding.UTF8.GetBytes(text));

    internal static byte[] Ascii(int length) => [.. Enumerable.Range(0, length).Select(i => (byte)('a' + (i % 26)))];

    /// <summary>The server goes on after these messages.</summary>
    internal static Rfc6455Case Open(string name, byte[] client, params ReceivedMessage[] messages) => new(name, client, messages, PeerSees.StillOpen);

    /// <summary>The server sends a close frame with this code after these messages.</summary>
    internal static Rfc6455Case Closed(string name, int code, byte[] client, params ReceivedMessage[] messages) =>
        new(name, client, messages, PeerSees.CloseFrame(code));
}
