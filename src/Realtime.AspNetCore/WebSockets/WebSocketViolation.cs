namespace Realtime.AspNetCore.WebSockets;

/// <summary>One way in which a client can break the protocol or a limit: the close code to answer with and a text for people.</summary>
/// <remarks>
/// Immutable. The set is closed and made once, so that a client that misbehaves costs no exception and no allocation.
/// Numbers in brackets are sections of RFC 6455.
/// </remarks>
internal sealed class WebSocketViolation
{
    private const ushort ProtocolError = 1002;
    private const ushort InvalidPayload = 1007;
    private const ushort MessageTooBig = 1009;

    // [5.2] Reserved bits mean something only where an extension was agreed on, and none is.
    public static readonly WebSocketViolation ReservedBit = new(ProtocolError, "A reserved bit is set, but no extension was negotiated.");

    // [5.2] 3-7 and 0xB-0xF
    public static readonly WebSocketViolation ReservedOpcode = new(ProtocolError, "The opcode is reserved.");

    // [5.1]
    public static readonly WebSocketViolation NotMasked = new(ProtocolError, "Frames from a client must be masked.");

    // [5.5]
    public static readonly WebSocketViolation FragmentedControl = new(ProtocolError, "A control frame must not be fragmented.");
    public static readonly WebSocketViolation LongControl = new(ProtocolError, "A control frame carries at most 125 bytes.");

    // [5.2]
    public static readonly WebSocketViolation NotMinimalLength = new(ProtocolError, "The payload length must use as few bytes as possible.");
    public static readonly WebSocketViolation NegativeLength = new(ProtocolError, "The top bit of a 64-bit payload length must be zero.");

    // [5.4]
    public static readonly WebSocketViolation NothingToContinue = new(ProtocolError, "A continuation came, but no message was begun.");
    public static readonly WebSocketViolation UnfinishedMessage = new(ProtocolError, "A new message began before the last one was finished.");

    // [5.5.1], [7.4]
    public static readonly WebSocketViolation HalfCloseCode = new(ProtocolError, "A close payload is empty or begins with a code of two bytes.");
    public static readonly WebSocketViolation ForbiddenCloseCode = new(ProtocolError, "The close code must not be sent.");

    // [8.1]
    public static readonly WebSocketViolation TextNotUtf8 = new(InvalidPayload, "The text is not valid UTF-8.");
    public static readonly WebSocketViolation CloseReasonNotUtf8 = new(InvalidPayload, "The close reason is not valid UTF-8.");

    // [7.4.1], [10.4]
    public static readonly WebSocketViolation TooBig = new(MessageTooBig, "The message is larger than the server accepts.");

    private WebSocketViolation(ushort closeCode, string text)
    {
        CloseCode = closeCode;
        Text = text;
    }

    /// <summary>The code for the close frame: 1002, 1007 or 1009.</summary>
    public ushort CloseCode { get; }

    /// <summary>One sentence; short enough for the reason of a close frame (123 bytes).</summary>
    public string Text { get; }

    public override string ToString() => $"{CloseCode} {Text}";
}
