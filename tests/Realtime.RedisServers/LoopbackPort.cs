using System.Net;
using System.Net.Sockets;

namespace Realtime.RedisServers;

/// <summary>Finds ports that nobody listens on.</summary>
public static class LoopbackPort
{
    /// <summary>Finds one. Another process may take it before it is used; whoever starts a server on it tries again with another.</summary>
    public static int Find()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
