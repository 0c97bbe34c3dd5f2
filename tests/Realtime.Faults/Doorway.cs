using System.Net;
using System.Net.Sockets;

namespace Realtime.Faults;

/// <summary>The listening side: one port for the whole life of a proxy, listening or not.</summary>
/// <remarks>Thread-safe.</remarks>
internal sealed class Doorway
{
    private readonly Lock _gate = new();
    private readonly Census _census;
    private readonly Action<Socket> _enter;

    // Bound and never listening: it keeps the port from everybody else while nobody listens.
    private readonly Socket _reservation;
    private Socket? _listener;
    private Task _accepting = Task.CompletedTask;
    private bool _isClosed;

    internal Doorway(Census census, Action<Socket> enter)
    {
        _census = census;
        _enter = enter;
        _reservation = census.Enter(Bind(0));
        EndPoint = (IPEndPoint)_reservation.LocalEndPoint!;
    }

    internal IPEndPoint EndPoint { get; }

    internal bool Open()
    {
        lock (_gate)
        {
            if (_listener is not null || _isClosed)
            {
                return false;
            }

            Socket listener = _census.Enter(Bind(EndPoint.Port));
            listener.Listen(512);
            _listener = listener;
            Task before = _accepting;
            _accepting = _census.CountAsync(async () =>
            {
                await before;
                await AcceptAsync(listener);
            });
            return true;
        }
    }

    internal bool Close()
    {
        lock (_gate)
        {
            if (_listener is null)
            {
                return false;
            }

            Socket listener = _listener;
            _listener = null;
            _census.Leave(listener);
            return true;
        }
    }

    internal async Task StopAsync()
    {
        bool isFirst;
        lock (_gate)
        {
            isFirst = !_isClosed;
            _isClosed = true;
        }

        Close();
        await _accepting;
        if (isFirst)
        {
            _census.Leave(_reservation);
        }
    }

    // On Unix a TCP socket is bound with SO_REUSEADDR, which lets two share a port as long as none or one listens.
    private static Socket Bind(int port)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, port));
        return socket;
    }

    private async Task AcceptAsync(Socket listener)
    {
        while (ReferenceEquals(Volatile.Read(ref _listener), listener))
        {
            try
            {
                _enter(await listener.AcceptAsync());
            }
            catch (Exception gone) when (gone is SocketException or ObjectDisposedException)
            {
                // Closed, or a client that left before it was accepted.
            }
        }
    }
}
