namespace Realtime.Core.Framing;

/// <summary>What a WebSocket frame carries (RFC 6455, section 5.2). Every value that is not listed is reserved.</summary>
public enum WebSocketOpcode
{
    /// <summary>The next part of a message that an earlier frame began.</summary>
    Continuation = 0x0,

    /// <summary>A message of UTF-8 text, or its first part.</summary>
    Text = 0x1,

    /// <summary>A message of bytes, or its first part.</summary>
    Binary = 0x2,

    /// <summary>The sender will send nothing more. Control frame: at most 125 bytes, never fragmented.</summary>
    Close = 0x8,

    /// <summary>Asks for a <see cref="Pong"/> with the same payload. Control frame.</summary>
    Ping = 0x9,

    /// <summary>The answer to a <see cref="Ping"/>, or an unasked sign of life. Control frame.</summary>
    Pong = 0xA,
}
