using Realtime.Core.Identifiers;

namespace Realtime.Client.Sending;

/// <summary>The messages of a session that went out and that the server has not confirmed, by their numbers. They go out again on the next connection.</summary>
/// <remarks>Guarded by the gate of the outbox. Bounded by the window of the server, and by bytes; one message may always be on its way.</remarks>
internal sealed class UnconfirmedMessages(long maxBytes)
{
    private readonly LinkedList<OutgoingPacket> _messages = new();
    private readonly Dictionary<AckId, LinkedListNode<OutgoingPacket>> _byAckId = [];
    private LinkedListNode<OutgoingPacket>? _resend;
    private volatile SessionTerms? _terms;
    private long _last;
    private long _bytes;

    /// <summary>Gets a value indicating whether there is a session, connected or not: then messages get numbers. It may be read without the gate.</summary>
    internal bool IsNumbering => _terms is not null;

    /// <summary>Gets a value indicating whether everything is confirmed.</summary>
    internal bool IsEmpty => _messages.Count == 0;

    /// <summary>Gets the lowest number that is not confirmed.</summary>
    internal long Low => _messages.First?.Value.Number ?? _last + 1;

    /// <summary>Tells whether a message may go out: the span of the numbers stays below the window.</summary>
    internal bool HasRoomFor(OutgoingPacket message) => _last + 1 - Low < _terms!.Window && (_messages.Count == 0 || _bytes + message.Bytes <= maxBytes);

    /// <summary>Gives a message the next number.</summary>
    internal void Add(OutgoingPacket message, AckId ackId)
    {
        message.Number = ++_last;
        message.AckId = ackId;
        _byAckId.Add(ackId, _messages.AddLast(message));
        _bytes += message.Bytes;
    }

    /// <summary>Takes the next message that has to go out again.</summary>
    internal OutgoingPacket? TakeResend()
    {
        OutgoingPacket? message = _resend?.Value;
        _resend = _resend?.Next;
        return message;
    }

    /// <summary>The server has acknowledged a message.</summary>
    /// <returns>The message; <see langword="null"/> when the id is of none, or of one that is confirmed already.</returns>
    internal OutgoingPacket? Confirm(AckId ackId)
    {
        if (!_byAckId.Remove(ackId, out LinkedListNode<OutgoingPacket>? node))
        {
            return null;
        }

        if (node == _resend)
        {
            _resend = node.Next;
        }

        _messages.Remove(node);
        _bytes -= node.Value.Bytes;
        return node.Value;
    }

    /// <summary>Tells whether a server that continues the session can have taken so much of it: nothing that was never sent. It may be asked without the gate. The server may know of less than it has confirmed, where its store has lost the end.</summary>
    internal bool Fits(long received) => received <= Volatile.Read(ref _last);

    /// <summary>Goes on with the session on another connection: everything that is left is sent again, in order.</summary>
    /// <returns>Nothing: the fate of no message is unknown.</returns>
    internal List<UnknownMessage> Resume(SessionTerms terms)
    {
        _terms = terms;
        foreach (OutgoingPacket message in _messages.Where(message => message.Number <= terms.Received && !message.IsAwaited).ToArray())
        {
            Confirm(message.AckId!.Value);
        }

        _resend = _messages.First;
        return [];
    }

    /// <summary>The session is over; what was not confirmed has an unknown fate.</summary>
    /// <param name="next">The next session; <see langword="null"/> when there is none.</param>
    internal List<UnknownMessage> Begin(SessionTerms? next)
    {
        List<UnknownMessage> unknown = [.. _messages.Select(message => new UnknownMessage(message, FormattableString.Invariant($"{_terms!.Id}:{message.Number}")))];
        _messages.Clear();
        _byAckId.Clear();
        _resend = null;
        _terms = next;
        (_last, _bytes) = (0, 0);
        return unknown;
    }
}
