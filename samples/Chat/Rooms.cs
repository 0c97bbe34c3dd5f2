using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using Realtime.Core.Namespaces;

namespace Chat;

/// <summary>The rooms of the chat: joining, leaving, and who is there. The library keeps the members; this keeps the names and the histories.</summary>
/// <remarks>Thread-safe.</remarks>
public sealed class Rooms
{
    private const int MaxRooms = 200;
    private readonly ConcurrentDictionary<string, RoomHistory> _histories = new() { [ChatRules.Lobby] = new RoomHistory() };

    public IReadOnlyList<string> Names => [.. _histories.Keys.Order(StringComparer.Ordinal)];

    public bool TryGetHistory(string room, [NotNullWhen(true)] out RoomHistory? history) => _histories.TryGetValue(room, out history);

    public async ValueTask<Answer<JoinedRoom>> JoinAsync(EventContext context, RoomName asked)
    {
        if (!ChatRules.IsRoom(asked?.Room))
        {
            return new Refusal($"A room has a name of 1 to {ChatRules.MaxRoomLength} small letters, digits and dashes.");
        }

        if (!_histories.ContainsKey(asked.Room) && !await CreateAsync(context.Namespace, asked.Room))
        {
            return new Refusal("There are too many rooms. Join one of them.");
        }

        // In this order nothing is missed: what is said after the join comes as an event, what was said before is in the history. The page drops doubles.
        RealtimeSocket socket = context.Socket;
        bool isHere = (await MembersAsync(context.Namespace, asked.Room)).Contains(socket.Member);
        await socket.JoinAsync(asked.Room);
        if (!isHere)
        {
            await socket.To(asked.Room).EmitAsync(ChatEvents.MemberJoined, new RoomMember(asked.Room, socket.Member));
        }

        RoomHistory history = _histories.GetOrAdd(asked.Room, static _ => new RoomHistory());
        return new JoinedRoom(asked.Room, history.Epoch, await MembersAsync(context.Namespace, asked.Room), history.Recent());
    }

    public async ValueTask<Answer<RoomName>> LeaveAsync(EventContext context, RoomName asked)
    {
        if (!context.Socket.IsIn(asked?.Room))
        {
            return new Refusal("You are not in this room.");
        }

        await context.Socket.LeaveAsync(asked.Room);
        await TellLeftAsync(context.Socket, asked.Room);
        return asked;
    }

    /// <summary>Tells a room that somebody has gone, unless they are still there through another connection.</summary>
    public async ValueTask TellLeftAsync(RealtimeSocket socket, string room)
    {
        if (!(await MembersAsync(socket.Namespace, room, except: socket.Id)).Contains(socket.Member))
        {
            await socket.To(room).EmitAsync(ChatEvents.MemberLeft, new RoomMember(room, socket.Member));
        }
    }

    private async ValueTask<bool> CreateAsync(RealtimeNamespace chat, string room)
    {
        if (_histories.Count >= MaxRooms)
        {
            HashSet<string> occupied = [.. chat.RoomNames, ChatRules.Lobby];
            if (_histories.Keys.FirstOrDefault(name => !occupied.Contains(name)) is not { } empty)
            {
                return false;
            }

            _histories.TryRemove(empty, out _);
        }

        if (_histories.TryAdd(room, new RoomHistory()))
        {
            await chat.EmitAsync(ChatEvents.RoomsChanged, new RoomList(Names));
        }

        return true;
    }

    private static async ValueTask<IReadOnlyList<Member>> MembersAsync(RealtimeNamespace chat, string room, string except = "") =>
        [.. (await chat.To(room).FetchSocketsAsync()).Where(socket => socket.Id != except).Select(static socket => socket.Data).OfType<Member>().Distinct()];
}
