using System.Runtime.InteropServices;

namespace Realtime.Load.Network;

/// <summary>One thread, one epoll, one receive buffer for all connections.</summary>
internal sealed unsafe class Reactor(IConnectionHandler handler) : IDisposable
{
    private const int BufferLength = 512 * 1024;

    private readonly Epoll _epoll = new();
    private readonly byte[] _buffer = GC.AllocateArray<byte>(BufferLength, pinned: true);
    private readonly List<Connection> _connections = [];

    public IReadOnlyList<Connection> Connections => _connections;

    public void Add(Connection connection)
    {
        _connections.Add(connection);
        _epoll.Add(connection.Descriptor, connection.Number);
    }

    /// <summary>Waits at most so long and processes what is ready; false when nothing was.</summary>
    public bool Poll(long nanoseconds)
    {
        var ready = _epoll.Wait(nanoseconds);
        for (var i = 0; i < ready; i++)
        {
            Read(_connections[_epoll.NumberAt(i)]);
        }

        return ready > 0;
    }

    public void Dispose()
    {
        foreach (var connection in _connections)
        {
            connection.Dispose();
        }

        _epoll.Dispose();
    }

    private void Read(Connection connection)
    {
        bool full;
        do
        {
            var rest = connection.TakeRest(_buffer);
            var received = Receive(connection, rest);
            if (received == 0)
            {
                // The rest was taken out of the connection: give it back.
                connection.Consume(_buffer.AsSpan(0, rest), handler);
                return;
            }

            // A short read has emptied the socket: edge-triggered epoll needs no second one.
            full = rest + received == BufferLength;
            connection.Consume(_buffer.AsSpan(0, rest + received), handler);
            handler.OnReadEnd(connection);
        }
        while (full);
    }

    private int Receive(Connection connection, int offset)
    {
        fixed (byte* start = &_buffer[offset])
        {
            var received = LinuxCalls.Receive(connection.Descriptor, start, (nuint)(BufferLength - offset), LinuxCalls.DontWait);
            if (received > 0)
            {
                return (int)received;
            }

            if (received < 0 && Marshal.GetLastSystemError() is LinuxCalls.Again or LinuxCalls.Interrupted)
            {
                return 0;
            }

            throw new LoadFailure($"connection {connection.Number}: closed by the server");
        }
    }
}
