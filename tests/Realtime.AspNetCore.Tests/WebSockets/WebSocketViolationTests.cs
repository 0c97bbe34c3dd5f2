using System.Reflection;
using System.Text;
using Realtime.AspNetCore.Tests.WebSockets.Rfc6455;
using Realtime.AspNetCore.WebSockets;
using Realtime.Core.Framing;

namespace Realtime.AspNetCore.Tests.WebSockets;

/// <summary>The table knows close codes; these tests know which fault was named, and how soon.</summary>
public sealed class WebSocketViolationTests
{
    private static readonly byte[] Fragment = ClientFrames.Text("a", final: false);

    // The fewest bytes that prove each fault, so that no fault waits for more.
    private static readonly (WebSocketViolation Violation, byte[] Client)[] Shortest =
    [
        (WebSocketViolation.ReservedBit, [0xC1]),
        (WebSocketViolation.ReservedOpcode, [0x83]),
        (WebSocketViolation.FragmentedControl, [0x09]),
        (WebSocketViolation.NotMasked, [0x81, 0x05]),
        (WebSocketViolation.LongControl, [0x89, 0xFE]),
        (WebSocketViolation.NotMinimalLength, [0x81, 0xFE, 0x00, 0x7D]),
        (WebSocketViolation.NotMinimalLength, [0x81, 0xFF, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF]),
        (WebSocketViolation.NegativeLength, [0x81, 0xFF, 0x80, 0, 0, 0, 0, 1, 0, 0]),
        (WebSocketViolation.NothingToContinue, [0x80, 0x80]),
        (WebSocketViolation.UnfinishedMessage, [.. Fragment, 0x82, 0x80]),
        (WebSocketViolation.TooBig, [0x82, 0xFE, 0x03, 0xE9]),
        (WebSocketViolation.HalfCloseCode, ClientFrames.Frame(WebSocketOpcode.Close, [0x03])),
        (WebSocketViolation.ForbiddenCloseCode, ClientFrames.Close(1005)),
        (WebSocketViolation.CloseReasonNotUtf8, ClientFrames.Close(1000, [0xFF])),
        (WebSocketViolation.TextNotUtf8, ClientFrames.Text([0xFF])),
    ];

    private static readonly WebSocketViolation[] Declared =
    [
        .. typeof(WebSocketViolation).GetFields(BindingFlags.Public | BindingFlags.Static).Select(field => (WebSocketViolation)field.GetValue(null)!),
    ];

    [Fact]
    public void Each_fault_is_named_as_soon_as_the_bytes_prove_it() => Assert.All(Shortest, fault =>
    {
        WebSocketFrameReader reader = new(maxMessageSize: 1_000);
        Assert.Equal(WebSocketReadStatus.NeedMore, reader.Read(fault.Client.AsMemory(0, fault.Client.Length - 1).ToArray()).Status);

        reader = new WebSocketFrameReader(maxMessageSize: 1_000);
        Assert.Same(fault.Violation, reader.Read(fault.Client).Violation);
    });

    [Fact]
    public void Every_violation_can_be_provoked() => Assert.Empty(Declared.Except(Shortest.Select(fault => fault.Violation)));

    [Fact]
    public void Every_violation_fits_into_a_close_frame() => Assert.All(Declared, violation =>
    {
        Assert.True(WebSocketClosePayload.MayBeSent(violation.CloseCode));
        Assert.InRange(Encoding.UTF8.GetByteCount(violation.Text), 10, 123);
    });
}
