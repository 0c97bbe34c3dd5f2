using Realtime.Core.Namespaces;

namespace Chat;

/// <summary>Messages: kept, spread to the room, and reported to their authors when somebody has them.</summary>
/// <remarks>Thread-safe.</remarks>
public sealed class Messages(Rooms rooms, FileStore files)
{
    /// <summary>How long the room's acknowledgements are gathered. Whoever is slower reports by catching up.</summary>
    private static readonly TimeSpan s_deliveryTimeout = TimeSpan.FromSeconds(5);

    public ValueTask<Answer<MessageReceipt>> SendAsync(EventContext context, SendMessage message) => new(Send(context.Socket, message));

    /// <summary>Takes a message with formatting. It is sanitised already, by the policy that the event has in <see cref="ChatNamespace"/>.</summary>
    public ValueTask<Answer<FormattedReceipt>> SendFormattedAsync(EventContext context, SendFormatted message) => new(SendFormatted(context.Socket, message));

    /// <summary>Somebody has loaded a room's history: that, too, delivers messages.</summary>
    public ValueTask CaughtUpAsync(EventContext context, CaughtUp caughtUp) =>
        context.Socket.IsIn(caughtUp?.Room) && rooms.TryGetHistory(caughtUp.Room, out RoomHistory? history)
            ? TellAuthorsAsync(context.Namespace, history.MarkDelivered(caughtUp.Id, context.Socket.Member.Id))
            : default;

    /// <summary>Typing is shown only while it is true, so it is sent volatile: dropped where it cannot go out at once.</summary>
    public ValueTask TypingAsync(EventContext context, RoomName where) =>
        context.Socket.IsIn(where?.Room)
            ? context.Socket.To(where.Room).Volatile.EmitAsync(ChatEvents.TypingShown, new RoomMember(where.Room, context.Socket.Member))
            : default;

    private Answer<MessageReceipt> Send(RealtimeSocket socket, SendMessage message)
    {
        if (!socket.IsIn(message?.Room) || !rooms.TryGetHistory(message.Room, out RoomHistory? history))
        {
            return new Refusal("You are not in this room.");
        }

        string text = message.Text?.Trim() ?? "";
        if (!ChatRules.IsId(message.ClientId) || !ChatRules.IsText(text))
        {
            return new Refusal($"A message has at most {ChatRules.MaxTextLength} characters, none of them invisible.");
        }

        SharedFile? file = null;
        if (message.FileId is not null && !files.TryGetShared(message.FileId, message.Room, socket.Member, out file))
        {
            return new Refusal("The file is not complete. Send it again.");
        }

        if (text.Length == 0 && file is null)
        {
            return new Refusal("The message is empty.");
        }

        return Publish(socket, history, new ChatMessage(0, message.Room, message.ClientId, socket.Member, text, file, TimeProvider.System.GetUtcNow()));
    }

    private Answer<FormattedReceipt> SendFormatted(RealtimeSocket socket, SendFormatted message)
    {
        if (!socket.IsIn(message.Room) || !rooms.TryGetHistory(message.Room, out RoomHistory? history))
        {
            return new Refusal("You are not in this room.");
        }

        string html = message.Html.Trim();
        if (!ChatRules.IsId(message.ClientId) || html.Length == 0)
        {
            return new Refusal("Nothing is left of the message.");
        }

        var formatted = new ChatMessage(0, message.Room, message.ClientId, socket.Member, "", null, TimeProvider.System.GetUtcNow()) { Html = html };
        MessageReceipt receipt = Publish(socket, history, formatted);
        return new FormattedReceipt(receipt.Id, receipt.At, html);
    }

    private MessageReceipt Publish(RealtimeSocket socket, RoomHistory history, ChatMessage message)
    {
        (MessageReceipt receipt, ChatMessage? added) = history.Append(message);
        if (added is not null)
        {
            // Not awaited: the author gets the receipt now, and the second tick when somebody has acknowledged. It ends by itself, at the timeout.
            _ = DeliverAsync(socket, history, added);
        }

        return receipt;
    }

    private async Task DeliverAsync(RealtimeSocket author, RoomHistory history, ChatMessage message)
    {
        try
        {
            IReadOnlyList<bool> acknowledgements = await author.To(message.Room).WithTimeout(s_deliveryTimeout).EmitAsync(ChatEvents.MessageNew, message);
            if (acknowledgements.Contains(true))
            {
                await TellAuthorsAsync(author.Namespace, history.MarkDelivered(message.Id));
            }
        }
        catch (Exception error) // A page may acknowledge with anything; the message is in the history all the same.
        {
            Console.Error.WriteLine($"Message {message.Id} of {message.Room}: {error.Message}");
        }
    }

    private static async ValueTask TellAuthorsAsync(RealtimeNamespace chat, IEnumerable<ChatMessage> delivered)
    {
        foreach (IGrouping<(string Room, string Author), ChatMessage> group in delivered.GroupBy(static message => (message.Room, message.Author.Id)))
        {
            string[] clientIds = [.. group.Select(static message => message.ClientId)];
            await chat.ToUser(group.Key.Author).EmitAsync(ChatEvents.MessagesDelivered, new MessagesDelivered(group.Key.Room, clientIds));
        }
    }
}
