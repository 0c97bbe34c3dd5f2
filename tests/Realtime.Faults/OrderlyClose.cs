using System.Net.Sockets;

namespace Realtime.Faults;

/// <summary>Ends both sides so that each reads what was sent before, then the end.</summary>
internal static class OrderlyClose
{
    // How long is waited for the other side to close as well.
    private static readonly TimeSpan s_limit = TimeSpan.FromSeconds(1);

    internal static async Task RunAsync(Socket client, Socket target, TimeProvider time, CancellationToken abort)
    {
        if (abort.IsCancellationRequested)
        {
            return;
        }

        using var limit = new CancellationTokenSource(s_limit, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, abort);
        await Task.WhenAll(EndAsync(client, either.Token), EndAsync(target, either.Token));
    }

    // A socket that is closed with unread bytes sends a reset, so what still comes is read and forgotten.
    private static async Task EndAsync(Socket socket, CancellationToken cancellationToken)
    {
        try
        {
            socket.Shutdown(SocketShutdown.Send);
            byte[] forgotten = new byte[1024];
            while (await socket.ReceiveAsync(forgotten, cancellationToken) > 0)
            {
            }
        }
        catch (Exception gone) when (gone is SocketException or OperationCanceledException)
        {
            // Closed by the other side in its own way, or not at all.
        }
    }
}
