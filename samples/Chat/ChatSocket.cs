using System.Diagnostics.CodeAnalysis;
using Realtime.Core.Namespaces;

namespace Chat;

/// <summary>What the chat knows of a socket.</summary>
public static class ChatSocket
{
    extension(RealtimeSocket socket)
    {
        /// <summary>Gets who it is: set when the socket signed in.</summary>
        public Member Member => (Member)socket.Data!;

        /// <summary>Says whether it is in a room; people can only speak, type and fetch where they are.</summary>
        public bool IsIn([NotNullWhen(true)] string? room) => room is not null && ChatRules.IsRoom(room) && socket.Rooms.Contains(room);
    }
}
