using Realtime.Core.Protocol;

namespace Realtime.Core.Tests.Protocol;

/// <summary>Compares what packets say on the wire.</summary>
internal static class SamePacket
{
    internal static void Assert(in Packet expected, in Packet actual)
    {
        Xunit.Assert.Equal(expected.Kind, actual.Kind);
        Xunit.Assert.Equal(Wire.Text(expected.Namespace), Wire.Text(actual.Namespace));
        Xunit.Assert.Equal(expected.AckId, actual.AckId);
        Xunit.Assert.Equal(expected.Data.ToArray(), actual.Data.ToArray());
        Xunit.Assert.Equal(expected.AttachmentCount, actual.AttachmentCount);
        Xunit.Assert.Equal(Hex(expected), Hex(actual));
    }

    private static IEnumerable<string> Hex(Packet packet) => (packet.Attachments ?? []).Select(attachment => Convert.ToHexString(attachment.Span));
}
