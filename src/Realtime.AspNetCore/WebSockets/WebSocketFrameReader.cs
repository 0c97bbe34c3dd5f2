using System.Text.Unicode;
using Realtime.Core.Framing;

namespace Realtime.AspNetCore.WebSockets;

/// <summary>Turns the bytes that a client sends over a WebSocket into messages, without any I/O of its own.</summary>
/// <remarks>
/// <para>
/// Confined to the read loop. A struct of 16 bytes, because each idle connection has one: keep it in a field that is not readonly and never
/// copy it. Unfinished frames stay in the caller's buffer; the reader holds memory only between the first and the last fragment of a message.
/// </para>
/// <para>
/// The caller reads from the network into a buffer of its own, calls <see cref="Read"/>, drops <see cref="WebSocketRead.Consumed"/> bytes,
/// handles the message, and repeats, with an empty rest too, until no message is returned. That last call gives the memory of gathered
/// fragments back. A message that was not fragmented is not copied: its payload is a slice of the caller's buffer, unmasked in place.
/// </para>
/// </remarks>
internal struct WebSocketFrameReader
{
    private readonly int _maxMessageSize;
    private FragmentBuffer? _fragments;
    private bool _ended;

    /// <summary>Makes a reader for one connection.</summary>
    /// <param name="maxMessageSize">The most bytes that a message may have, in one frame or in many.</param>
    public WebSocketFrameReader(int maxMessageSize)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(maxMessageSize);

        // A frame must fit into an array, with its header.
        _maxMessageSize = Math.Min(maxMessageSize, Array.MaxLength - ClientFrameHeader.MaxSize);
    }

    /// <summary>The bytes rented for fragments: 0 unless a message is being gathered.</summary>
    public readonly int HeldBytes => _fragments?.Capacity ?? 0;

    /// <summary>Reads up to and including the next message or control frame.</summary>
    /// <param name="received">The bytes that have arrived and were not consumed yet. Payloads in it are unmasked in place.</param>
    /// <returns>What was found, and how much of <paramref name="received"/> is done with.</returns>
    public WebSocketRead Read(Memory<byte> received)
    {
        if (_ended)
        {
            return WebSocketRead.Ended(received.Length);
        }

        if (_fragments is { IsComplete: true })
        {
            Release();
        }

        int consumed = 0;
        WebSocketRead read;
        while (!TryReadFrame(received, ref consumed, out read))
        {
            // A fragment that does not end its message: the next frame may be here already.
        }

        return read;
    }

    /// <summary>Gives back what the reader holds. To be called when the connection ends.</summary>
    public void Release()
    {
        _fragments?.Release();
        _fragments = null;
    }

    private bool TryReadFrame(Memory<byte> received, ref int consumed, out WebSocketRead read)
    {
        Memory<byte> rest = received[consumed..];
        ReadOnlySpan<byte> bytes = rest.Span;
        if (!ClientFrameHeader.TryRead(bytes, out ClientFrameHeader header, out WebSocketViolation? violation))
        {
            read = violation is null ? WebSocketRead.NeedMore(consumed, header.Size) : Fail(consumed, violation);
            return true;
        }

        violation = CheckPlace(header) ?? CheckSize(header);
        if (violation is not null)
        {
            read = Fail(consumed, violation);
            return true;
        }

        // Within an int: a control frame is short, and the size of a message has just been checked.
        int frameSize = header.Size + (int)header.Length;
        if (bytes.Length < frameSize)
        {
            read = WebSocketRead.NeedMore(consumed, frameSize);
            return true;
        }

        Memory<byte> payload = rest[header.Size..frameSize];
        WebSocketMask.Apply(payload.Span, header.KeyIn(bytes));
        consumed += frameSize;
        return TryFinish(header, payload, consumed, out read);
    }

    // Section 5.4: the frames of two messages never mix, while control frames may come anywhere.
    private readonly WebSocketViolation? CheckPlace(ClientFrameHeader header)
    {
        if (header.IsControl)
        {
            return null;
        }

        return (header.Opcode, _fragments) switch
        {
            (WebSocketOpcode.Continuation, null) => WebSocketViolation.NothingToContinue,
            (not WebSocketOpcode.Continuation, not null) => WebSocketViolation.UnfinishedMessage,
            _ => null,
        };
    }

    // Judged by the claim, so that nobody waits for, or makes room for, a payload that will be refused.
    private readonly WebSocketViolation? CheckSize(ClientFrameHeader header)
    {
        int gathered = _fragments?.Length ?? 0;
        return !header.IsControl && header.Length > _maxMessageSize - gathered ? WebSocketViolation.TooBig : null;
    }

    private bool TryFinish(ClientFrameHeader header, Memory<byte> payload, int consumed, out WebSocketRead read)
    {
        if (header.IsControl)
        {
            read = header.Opcode == WebSocketOpcode.Close ? Close(payload, consumed) : WebSocketRead.Message(consumed, header.Opcode, payload);
            return true;
        }

        if (header.IsFinal && _fragments is null)
        {
            read = Deliver(header.Opcode, payload, consumed);
            return true;
        }

        _fragments ??= new FragmentBuffer(header.Opcode, _maxMessageSize);
        _fragments.Append(payload.Span);
        read = header.IsFinal ? Deliver(_fragments.Kind, _fragments.Complete(), consumed) : default;
        return header.IsFinal;
    }

    // Text is judged as a whole message, since a character may be cut by a fragment's end but not by the message's (section 5.6).
    private WebSocketRead Deliver(WebSocketOpcode kind, Memory<byte> payload, int consumed) =>
        kind == WebSocketOpcode.Text && !Utf8.IsValid(payload.Span)
            ? Fail(consumed, WebSocketViolation.TextNotUtf8)
            : WebSocketRead.Message(consumed, kind, payload);

    private WebSocketRead Close(Memory<byte> payload, int consumed)
    {
        if (WebSocketClosePayload.Check(payload.Span) is { } violation)
        {
            return Fail(consumed, violation);
        }

        End();
        return WebSocketRead.Message(consumed, WebSocketOpcode.Close, payload);
    }

    private WebSocketRead Fail(int consumed, WebSocketViolation violation)
    {
        End();
        return WebSocketRead.Error(consumed, violation);
    }

    private void End()
    {
        _ended = true;
        Release();
    }
}
