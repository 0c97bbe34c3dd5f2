using Realtime.Core.Protocol;

namespace Realtime.Client.Interop.Tests.Support;

/// <summary>The events of the conformance hosts.</summary>
internal static class Events
{
    internal static readonly RealtimeEvent<string, string> Echo = new("echo");
    internal static readonly RealtimeEvent<int, int> EchoNumber = new("echo");
    internal static readonly RealtimeEvent<byte[], byte[]> EchoBytes = new("echo");
    internal static readonly RealtimeEvent<Album, Album> EchoAlbum = new("echo");
    internal static readonly RealtimeEvent<Album> AlbumBack = new("echo-back");
    internal static readonly RealtimeEvent<string> TextBack = new("echo-back");
    internal static readonly RealtimeEvent<int> CountTo = new("count-to");
    internal static readonly RealtimeEvent<int> Count = new("count");
    internal static readonly RealtimeEvent<int> Collect = new("collect");
    internal static readonly RealtimeEvent<string, string> SecondTime = new("second-time");
    internal static readonly RealtimeEvent<string, string> NobodyAnswers = new("nobody-answers");
    internal static readonly RealtimeEvent<int> Early = new("early");
    internal static readonly RealtimeEvent<int> Welcome = new("welcome");
    internal static readonly RealtimeEvent<int> Hello = new("hello");
    internal static readonly RealtimeEvent<int, int> Ask = new("ask");
    internal static readonly RealtimeEvent<bool> DisconnectMe = new("disconnect-me");

    /// <summary>Binary at several depths.</summary>
    internal sealed record Album(string Name, byte[] Cover, byte[][] Pages)
    {
        internal static Album Sample { get; } = new("été ☀", [1, 2, 3], [[], [0, 255, 30], [.. "\u001e4b"u8]]);

        internal void AssertIs(Album? other)
        {
            Assert.NotNull(other);
            Assert.Equal(Name, other.Name);
            Assert.Equal(Cover, other.Cover);
            Assert.Equal(Pages, other.Pages);
        }
    }
}
