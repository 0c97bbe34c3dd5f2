using Realtime.Core.Connections;
using Realtime.Core.Namespaces;
using Realtime.Sanitizing;

namespace Chat;

/// <summary>The chat: who may come in, and which event is handled where.</summary>
public sealed class ChatNamespace
{
    // As long as any message; the answer can be longer, where characters had to be written as entities.
    private static readonly AllowedHtmlPolicy s_formatting = new(new AllowedHtmlOptions { MaxLength = ChatRules.MaxTextLength });
    private readonly Rooms _rooms = new();
    private readonly Messages _messages;
    private readonly Files _files;

    public ChatNamespace()
    {
        var stored = new FileStore();
        _messages = new Messages(_rooms, stored);
        _files = new Files(stored);
    }

    public void Configure(NamespaceBuilder chat)
    {
        chat.Use(SignInAsync);
        chat.OnConnected(socket => socket.EmitAsync(ChatEvents.Welcome, new Welcome(socket.Member, _rooms.Names)));
        chat.OnDisconnecting(LeaveAllAsync);

        chat.On(ChatEvents.RoomJoin, _rooms.JoinAsync);
        chat.On(ChatEvents.RoomLeave, _rooms.LeaveAsync);
        chat.On(ChatEvents.RoomCaughtUp, _messages.CaughtUpAsync);
        chat.On(ChatEvents.MessageSend, _messages.SendAsync).Sanitize(SanitizationPolicy.PlainText, nameof(SendMessage.Text));
        chat.On(ChatEvents.MessageSendFormatted, _messages.SendFormattedAsync).Sanitize(s_formatting, nameof(SendFormatted.Html));
        chat.On(ChatEvents.TypingStart, _messages.TypingAsync);
        chat.On(ChatEvents.FileStart, _files.OfferAsync);
        chat.On(ChatEvents.FileWrite, _files.WriteAsync);
        chat.On(ChatEvents.FileRead, _files.ReadAsync);
        chat.On(ChatEvents.FileCancel, _files.CancelAsync);
    }

    private static ValueTask SignInAsync(ConnectingContext connecting, Func<ConnectingContext, ValueTask> next)
    {
        SignIn? signIn = connecting.Socket.GetAuth<SignIn>();
        if (!ChatRules.IsName(signIn?.Name) || !ChatRules.IsId(signIn?.Key))
        {
            connecting.Refuse($"A name has 1 to {ChatRules.MaxNameLength} letters, digits, spaces, dots, dashes or apostrophes.");
            return default;
        }

        string id = ChatRules.MemberId(signIn.Key);
        connecting.Socket.UserId = id;
        connecting.Socket.Data = new Member(id, signIn.Name);
        return next(connecting);
    }

    private async ValueTask LeaveAllAsync(RealtimeSocket socket, CloseReason reason)
    {
        foreach (string room in socket.Rooms.Where(ChatRules.IsRoom))
        {
            await _rooms.TellLeftAsync(socket, room);
        }
    }
}
