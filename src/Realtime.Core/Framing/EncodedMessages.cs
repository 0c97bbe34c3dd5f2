namespace Realtime.Core.Framing;

/// <summary>The messages of an <see cref="EncodedPacket"/>, read back from its WebSocket form.</summary>
/// <remarks>Confined to one reader. Finding them again costs a few instructions, so a packet keeps no list of them.</remarks>
/// <param name="webSocketForm">What is left to read.</param>
public struct EncodedMessages(ReadOnlyMemory<byte> webSocketForm)
{
    private ReadOnlyMemory<byte> _rest = webSocketForm;

    /// <summary>Gets the current message.</summary>
    public EncodedMessage Current { get; private set; }

    /// <summary>Gets this enumerator, for <c>foreach</c>.</summary>
    /// <returns>The enumerator.</returns>
    public readonly EncodedMessages GetEnumerator() => this;

    /// <summary>Moves to the next message.</summary>
    /// <returns>Whether there is one.</returns>
    public bool MoveNext()
    {
        if (_rest.IsEmpty)
        {
            return false;
        }

        int header = WebSocketFrameHeader.Read(_rest.Span, out WebSocketOpcode opcode, out int length);
        Current = new EncodedMessage(opcode == WebSocketOpcode.Binary, _rest.Slice(header, length));
        _rest = _rest[(header + length)..];
        return true;
    }
}
