using Realtime.Core.Protocol;

namespace Chat;

/// <summary>
/// Every event of the chat with its payloads: the contract between server, page and terminal. The page gets the same names as <c>/events.js</c>,
/// and the terminal (<c>samples/ChatConsole</c>) is built with this file, so that no name is written twice. Nothing of the server is used here.
/// </summary>
public static class ChatEvents
{
    public const string Namespace = "/chat";

    // The page asks, the server answers.
    public static readonly RealtimeEvent<RoomName, Answer<JoinedRoom>> RoomJoin = new("room:join");
    public static readonly RealtimeEvent<RoomName, Answer<RoomName>> RoomLeave = new("room:leave");
    public static readonly RealtimeEvent<SendMessage, Answer<MessageReceipt>> MessageSend = new("message:send");
    public static readonly RealtimeEvent<SendFormatted, Answer<FormattedReceipt>> MessageSendFormatted = new("message:send-formatted");
    public static readonly RealtimeEvent<FileOffer, Answer<FileTicket>> FileStart = new("file:offer");
    public static readonly RealtimeEvent<FileChunk, Answer<NextChunk>> FileWrite = new("file:write");
    public static readonly RealtimeEvent<ChunkNumber, Answer<FileChunk>> FileRead = new("file:read");

    // The page tells.
    public static readonly RealtimeEvent<CaughtUp> RoomCaughtUp = new("room:caught-up");
    public static readonly RealtimeEvent<RoomName> TypingStart = new("typing:start");
    public static readonly RealtimeEvent<FileId> FileCancel = new("file:cancel");

    // The server tells. A page acknowledges a new message with whether it came from somebody else.
    public static readonly RealtimeEvent<Welcome> Welcome = new("chat:welcome");
    public static readonly RealtimeEvent<RoomList> RoomsChanged = new("rooms:changed");
    public static readonly RealtimeEvent<RoomMember> MemberJoined = new("member:joined");
    public static readonly RealtimeEvent<RoomMember> MemberLeft = new("member:left");
    public static readonly RealtimeEvent<RoomMember> TypingShown = new("typing:shown");
    public static readonly RealtimeEvent<ChatMessage, bool> MessageNew = new("message:new");
    public static readonly RealtimeEvent<MessagesDelivered> MessagesDelivered = new("messages:delivered");
    public static readonly RealtimeEvent<FileProgress> FileProgress = new("file:progress");
}

/// <summary>What the page sends to get in. The key is a secret of one browser tab and makes it the same member after a reconnect.</summary>
public sealed record SignIn(string? Name = null, string? Key = null);

public sealed record Member(string Id, string Name);

public sealed record Welcome(Member Me, IReadOnlyList<string> Rooms);

public sealed record RoomList(IReadOnlyList<string> Rooms);

public sealed record RoomName(string Room);

public sealed record RoomMember(string Room, Member Member);

/// <summary>A room as it is when somebody joins. Messages of another epoch were numbered by another life of the room.</summary>
public sealed record JoinedRoom(string Room, string Epoch, IReadOnlyList<Member> Members, IReadOnlyList<ChatMessage> Messages);

/// <summary>A message on its way in. <paramref name="ClientId"/> is the sender's own name for it: sent twice, it is kept once.</summary>
public sealed record SendMessage(string Room, string ClientId, string? Text = null, string? FileId = null);

/// <summary>A message with formatting. What comes in as HTML is sanitised before any handler sees it: see <c>ChatNamespace.cs</c>.</summary>
public sealed record SendFormatted(string Room, string ClientId, string Html);

public sealed record MessageReceipt(long Id, DateTimeOffset At);

/// <summary>The receipt of a formatted message, with what was left of it: its author sees what everybody sees.</summary>
public sealed record FormattedReceipt(long Id, DateTimeOffset At, string Html);

/// <summary>A message as everybody sees it, numbered from 1 in its room.</summary>
public sealed record ChatMessage(long Id, string Room, string ClientId, Member Author, string Text, SharedFile? File, DateTimeOffset At)
{
    /// <summary>Gets a value indicating whether the page of at least one other member has it.</summary>
    public bool Delivered { get; init; }

    /// <summary>Gets the message as sanitised HTML, if it has formatting. It is the only member that a page may show as HTML.</summary>
    public string? Html { get; init; }
}

public sealed record CaughtUp(string Room, long Id);

public sealed record MessagesDelivered(string Room, IReadOnlyList<string> ClientIds);

public sealed record SharedFile(string Id, string Name, string Type, long Size);

public sealed record FileOffer(string Room, string Name, string? Type, long Size);

public sealed record FileId(string Id);

public sealed record FileTicket(string Id);

public sealed record ChunkNumber(string Id, int Number);

public sealed record NextChunk(int Number);

/// <summary>A piece of a file. The bytes travel as they are, as an attachment of the packet.</summary>
public sealed record FileChunk(string Id, int Number, ReadOnlyMemory<byte> Bytes);

public sealed record FileProgress(string Room, string Id, string Name, Member Author, long Received, long Size);

/// <summary>An acknowledgement: what was asked for, or the reason why not, in words for people.</summary>
public sealed record Answer<T>(T? Value, string? Error)
    where T : class
{
    public static implicit operator Answer<T>(T value) => new(value, null);

    public static implicit operator Answer<T>(Refusal refusal) => new(null, refusal.Reason);
}

/// <summary>A reason why something cannot be done; every <see cref="Answer{T}"/> can be one.</summary>
public sealed record Refusal(string Reason);
