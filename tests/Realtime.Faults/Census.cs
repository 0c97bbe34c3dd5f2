using System.Net.Sockets;

namespace Realtime.Faults;

/// <summary>Counts the sockets and tasks that a proxy has.</summary>
/// <remarks>Thread-safe.</remarks>
internal sealed class Census
{
    private int _sockets;
    private int _tasks;

    internal int Sockets => Volatile.Read(ref _sockets);

    internal int Tasks => Volatile.Read(ref _tasks);

    internal Socket Enter(Socket socket)
    {
        Interlocked.Increment(ref _sockets);
        return socket;
    }

    internal void Leave(Socket socket)
    {
        socket.Dispose();
        Interlocked.Decrement(ref _sockets);
    }

    internal async Task CountAsync(Func<Task> run)
    {
        Interlocked.Increment(ref _tasks);
        try
        {
            // Never on the thread of the caller: it may hold a lock, and the task would run before it is known.
            await Task.Yield();
            await run();
        }
        finally
        {
            Interlocked.Decrement(ref _tasks);
        }
    }
}
