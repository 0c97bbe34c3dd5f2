using System.Globalization;
using System.Text;
using System.Text.Json;
using Realtime.Core.Diagnostics;
using Realtime.Core.Identifiers;
using Realtime.Core.Protocol;
using Realtime.Core.Protocol.Json;
using Realtime.Core.Rooms;
using Realtime.Core.Sequencing;
using Realtime.Core.Sessions;

namespace Realtime.Core.Namespaces.Recovery;

/// <summary>Reads what clients send that recover: numbered messages, the positions they have reached, and what they want again.</summary>
/// <remarks>Called by the read loop of each connection.</remarks>
internal sealed class ClientMessages(Namespace owner, LogReader reader, DeliveryReceipts receipts)
{
    // A hole is at most what a client holds behind it, and it asks for no more at a time.
    private const int MaxResend = 256;

    /// <summary>Looks at an event of a client.</summary>
    /// <param name="socket">The socket that it came on.</param>
    /// <param name="session">The session of the socket.</param>
    /// <param name="packet">The event.</param>
    /// <param name="message">What is to be handled.</param>
    /// <param name="violation">How the client breaks the protocol, if it does.</param>
    /// <returns>Whether there is something to handle.</returns>
    internal bool TryTake(RealtimeSocket socket, RecoverableSession session, in Packet packet, out Packet message, out string? violation)
    {
        violation = null;
        message = packet;
        if (packet.EventName.Span.StartsWith("$rt:"u8))
        {
            return !TryTakeControl(socket, session, in packet);
        }

        if (!MessageNumber.TryTake(in packet, out MessageNumber number, out Packet stripped))
        {
            return true; // volatile: at most once
        }

        if (packet.AckId is not { } id || number.Number < 1)
        {
            violation = "a numbered message without an acknowledgement id";
            return false;
        }

        TakenMessage taken = session.Take(socket, number, id);
        if (taken.Outcome == TakeOutcome.New)
        {
            message = stripped with { AckId = MessageHandle.Of(number.Number) };
            return true;
        }

        if (taken.Outcome == TakeOutcome.Repeated)
        {
            socket.SendAnswer(id, taken.Answer);
        }
        else if (taken.IsViolation)
        {
            // The client would come back with the same message for ever: the session ends with it.
            session.IsOver = true;
            violation = $"message {number.Number} does not follow: {taken.Outcome}";
        }

        return false;
    }

    /// <summary>Acknowledges a message of any socket.</summary>
    internal static void Acknowledge(RealtimeSocket socket, AckId id, EventPayload payload)
    {
        if (socket.Recovery is { } session)
        {
            session.Answer(socket, id, payload);
        }
        else
        {
            socket.SendAnswer(id, payload);
        }
    }

    private bool TryTakeControl(RealtimeSocket socket, RecoverableSession session, in Packet packet)
    {
        ReadOnlySpan<byte> name = packet.EventName.Span;
        if (name.SequenceEqual("$rt:pos"u8))
        {
            session.Reached.Read(in packet);
            receipts.OnReported(session);
            return true;
        }

        if (name.SequenceEqual("$rt:resend"u8))
        {
            Packet owned = packet.Detach();
            _ = ResendAsync(socket, session, EventArguments.From(in owned), packet.AckId);
            return true;
        }

        return false;
    }

    private async Task ResendAsync(RealtimeSocket socket, RecoverableSession session, EventArguments arguments, AckId? id)
    {
        EventPayload answer = ErrorPayload.Create(ErrorCode.Refused, "Nothing of that can be sent again.");
        try
        {
            if (TryRead(arguments, out StreamPosition from, out long to) && FindRoom(session, from.Stream) is { } room && session.Reached.TryBeginResend())
            {
                try
                {
                    (int sent, long gone) = await reader.ResendAsync((SequencedRecipient)socket.Recipient, room, from, to).ConfigureAwait(false);
                    answer = Describe(sent, from.Offset, gone);
                }
                finally
                {
                    session.Reached.EndResend();
                }
            }
        }
#pragma warning disable CA1031 // A backplane that fails: the client reports a gap, and the connection goes on.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            NamespaceLog.RecoveryFailed(owner.Logger, exception, owner.Path.Value, socket.Id);
        }

        if (id is { } known)
        {
            socket.SendAnswer(known, answer);
        }
    }

    private static bool TryRead(EventArguments arguments, out StreamPosition from, out long to)
    {
        from = default;
        to = 0;
        if (arguments.Count != 3 || ReadString(arguments[0]) is not { } stream || ReadNumber(arguments[1]) is not { } first || ReadNumber(arguments[2]) is not { } last)
        {
            return false;
        }

        from = new StreamPosition(stream, first);
        to = last;
        return first >= 1 && last >= first && last - first < MaxResend;
    }

    private static string? ReadString(EventArgument argument)
    {
        var reader = new Utf8JsonReader(argument.Json.Span);
        return reader.Read() && reader.TokenType == JsonTokenType.String ? reader.GetString() : null;
    }

    private static long? ReadNumber(EventArgument argument)
    {
        var reader = new Utf8JsonReader(argument.Json.Span);
        return reader.Read() && reader.TokenType == JsonTokenType.Number && reader.TryGetInt64(out long value) ? value : null;
    }

    private static string? FindRoom(RecoverableSession session, string stream) =>
        session.Memberships.Intervals.LastOrDefault(stay => stay.Joined.Stream == stream)?.Room;

    private static EventPayload Describe(int sent, long from, long gone)
    {
        string text = gone < from ? string.Create(CultureInfo.InvariantCulture, $$"""[{"sent":{{sent}}}]""") : string.Create(CultureInfo.InvariantCulture, $$"""[{"gone":{"from":{{from}},"to":{{gone}}},"sent":{{sent}}}]""");
        return new EventPayload(Encoding.ASCII.GetBytes(text), []);
    }
}
