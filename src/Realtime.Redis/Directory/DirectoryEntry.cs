using System.Globalization;
using System.Security.Cryptography;
using Realtime.Core.Identifiers;
using Realtime.Core.Users;

namespace Realtime.Redis.Directory;

/// <summary>A socket of this node in the list of its user.</summary>
/// <remarks>Immutable, but for <see cref="IsEntering"/>, which is guarded by the gate of <see cref="OwnSockets"/>.</remarks>
internal sealed class DirectoryEntry(ListedSocket socket)
{
    private const string None = "-";

    internal ListedSocket Socket { get; } = socket;

    /// <summary>Gets its name in the list: not the id of the socket, which a client that comes back has again while its old one is still there.</summary>
    internal string Id { get; } = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(8));

    internal string Session => Socket.SessionId ?? None;

    /// <summary>Gets or sets a value indicating whether it is not decided yet whether it may be on the list.</summary>
    internal bool IsEntering { get; set; } = true;

    /// <summary>Gets what the list says of it, behind its state.</summary>
    internal string Write(string incarnation) => string.Create(
        CultureInfo.InvariantCulture, $"{incarnation} {Socket.Since.UtcTicks:D19} {Socket.ConnectionId} {Session} {Socket.SocketId} {Socket.Namespace.Value}");

    /// <summary>Reads what <see cref="Write"/> has written, with the state before it.</summary>
    internal static (bool Counts, string Incarnation, DateTimeOffset Since, string Connection, UserSocket Socket) Read(string text)
    {
        string[] parts = text.Split(' ', 7);
        return (parts[0] == "1", parts[1], new DateTimeOffset(long.Parse(parts[2], CultureInfo.InvariantCulture), TimeSpan.Zero), parts[3], new UserSocket(NamespacePath.Parse(parts[6]).Value, parts[5]));
    }
}
