using Realtime.Core.Framing;

namespace Realtime.AspNetCore.WebSockets;

/// <summary>What one <see cref="WebSocketFrameReader.Read"/> found.</summary>
/// <remarks>Immutable, but <see cref="Payload"/> is a view of borrowed memory: it lasts until the next read.</remarks>
internal readonly struct WebSocketRead
{
    private WebSocketRead(WebSocketReadStatus status, int consumed)
    {
        Status = status;
        Consumed = consumed;
    }

    /// <summary>How the read ended; it says which of the other properties have a meaning.</summary>
    public WebSocketReadStatus Status { get; }

    /// <summary>Always valid: the bytes at the beginning that are done with. Never hand them in again, they have been unmasked.</summary>
    public int Consumed { get; }

    /// <summary>
    /// For <see cref="WebSocketReadStatus.NeedMore"/>: the size that the buffer must have for the frame that begins after
    /// <see cref="Consumed"/>, as far as is known. It is what the client claims, so grow with what arrives and not to it at once.
    /// </summary>
    public int Needed { get; private init; }

    /// <summary>For <see cref="WebSocketReadStatus.Message"/>: text, binary, ping, pong or close; never a continuation.</summary>
    public WebSocketOpcode Kind { get; private init; }

    /// <summary>For <see cref="WebSocketReadStatus.Message"/>: the whole unmasked payload, a slice of the caller's buffer or gathered fragments.</summary>
    public Memory<byte> Payload { get; private init; }

    /// <summary>For <see cref="WebSocketReadStatus.Error"/>: what the client did wrong.</summary>
    public WebSocketViolation? Violation { get; private init; }

    public static WebSocketRead NeedMore(int consumed, int needed) => new(WebSocketReadStatus.NeedMore, consumed) { Needed = needed };

    public static WebSocketRead Message(int consumed, WebSocketOpcode kind, Memory<byte> payload) =>
        new(WebSocketReadStatus.Message, consumed) { Kind = kind, Payload = payload };

    public static WebSocketRead Error(int consumed, WebSocketViolation violation) => new(WebSocketReadStatus.Error, consumed) { Violation = violation };

    public static WebSocketRead Ended(int consumed) => new(WebSocketReadStatus.Ended, consumed);
}
