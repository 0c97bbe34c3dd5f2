using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;

namespace Realtime.RedisServers;

/// <summary>Finds ports that nobody listens on.</summary>
public static class LoopbackPort
{
    // Below those that the system gives to whoever asks for any, from 32768 on: a connection of some other test does not take the port before it is used.
    private const int First = 20_000;
    private const int End = 32_000;

    /// <summary>Finds one. Another process may take it before it is used; whoever starts a server on it tries again with another.</summary>
    public static int Find()
    {
        while (true)
        {
            int port = RandomNumberGenerator.GetInt32(First, End);
            using var listener = new TcpListener(IPAddress.Loopback, port);
            try
            {
                listener.Start();
                return port;
            }
            catch (SocketException)
            {
                // Taken.
            }
        }
    }
}
