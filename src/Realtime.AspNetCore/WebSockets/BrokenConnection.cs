using System.Net.Sockets;
using System.Net.WebSockets;

namespace Realtime.AspNetCore.WebSockets;

/// <summary>Tells the ways in which a connection breaks from mistakes in our own code. Which of the two sides broke it does not matter to anybody above.</summary>
internal static class BrokenConnection
{
    internal static bool Caused(Exception exception) =>
        exception is IOException or SocketException or WebSocketException or ObjectDisposedException or OperationCanceledException or InvalidOperationException;
}
