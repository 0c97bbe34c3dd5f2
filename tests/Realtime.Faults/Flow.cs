using System.Buffers;
using System.Net.Sockets;

namespace Realtime.Faults;

/// <summary>Forwards the bytes of one direction, and their end.</summary>
internal sealed class Flow(FlowGate gate)
{
    private const int BufferBytes = 16 * 1024;

    internal FlowGate Gate => gate;

    /// <summary>Runs until the end has been forwarded.</summary>
    internal async Task RunAsync(Socket from, Socket to, CancellationToken cancellationToken)
    {
        byte[] buffer = ArrayPool<byte>.Shared.Rent(BufferBytes);
        try
        {
            int length;
            while ((length = await from.ReceiveAsync(buffer, cancellationToken)) > 0)
            {
                await ForwardAsync(to, buffer.AsMemory(0, length), cancellationToken);
            }

            // The end waits as bytes do.
            await gate.EnterAsync(0, cancellationToken);
            to.Shutdown(SocketShutdown.Send);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private async Task ForwardAsync(Socket to, ReadOnlyMemory<byte> rest, CancellationToken cancellationToken)
    {
        while (!rest.IsEmpty)
        {
            (int count, Task pause) = await gate.EnterAsync(rest.Length, cancellationToken);
            for (ReadOnlyMemory<byte> portion = rest[..count]; !portion.IsEmpty;)
            {
                portion = portion[await to.SendAsync(portion, cancellationToken)..];
            }

            rest = rest[count..];
            await pause;
        }
    }
}
