using System.Net;
using System.Net.Sockets;

namespace Realtime.Contracts;

/// <summary>A port of this machine that nobody is given by chance, for a server that is started on it, perhaps several times.</summary>
/// <remarks>
/// A socket is bound to it and never listens. On Unix servers bind with SO_REUSEADDR, which lets two share a port of which one listens, while whoever asks for any port gets another one.
/// </remarks>
public sealed class ReservedPort : IDisposable
{
    private readonly Socket _reservation = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);

    /// <summary>Initializes a new instance of the <see cref="ReservedPort"/> class.</summary>
    public ReservedPort()
    {
        _reservation.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        Number = ((IPEndPoint)_reservation.LocalEndPoint!).Port;
    }

    /// <summary>Gets its number.</summary>
    public int Number { get; }

    /// <inheritdoc />
    public void Dispose() => _reservation.Dispose();
}
