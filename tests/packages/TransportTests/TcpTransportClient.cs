using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using Realtime.Contracts.Transports;
using Realtime.Core.Framing;

namespace TransportTests;

/// <summary>The other end of the guide's transport: five bytes of header, then the message.</summary>
internal sealed class TcpTransportClient(TcpClient client) : ITransportClient
{
    internal async Task ConnectAsync(IPEndPoint address, CancellationToken cancellationToken) => await client.ConnectAsync(address, cancellationToken);

    public async Task SendAsync(EncodedMessage message, CancellationToken cancellationToken)
    {
        byte[] frame = new byte[5 + message.Data.Length];
        BinaryPrimitives.WriteInt32BigEndian(frame, message.Data.Length);
        frame[4] = message.IsBinary ? (byte)1 : (byte)0;
        message.Data.CopyTo(frame.AsMemory(5));
        await client.GetStream().WriteAsync(frame, cancellationToken);
    }

    public async Task<EncodedMessage?> ReceiveAsync(CancellationToken cancellationToken)
    {
        try
        {
            byte[] header = new byte[5];
            await client.GetStream().ReadExactlyAsync(header, cancellationToken);
            byte[] data = new byte[BinaryPrimitives.ReadInt32BigEndian(header)];
            await client.GetStream().ReadExactlyAsync(data, cancellationToken);
            return new EncodedMessage(header[4] == 1, data);
        }
        catch (EndOfStreamException)
        {
            client.Client.Shutdown(SocketShutdown.Send); // the server has ended its direction: so does a client that behaves
            return null;
        }
        catch (IOException)
        {
            return null;
        }
    }

    public void Pause()
    {
    }

    public void Resume()
    {
    }

    public Task LeaveAsync(CancellationToken cancellationToken)
    {
        client.Client.Shutdown(SocketShutdown.Send);
        return Task.CompletedTask;
    }

    public void Cut()
    {
        client.Client.LingerState = new LingerOption(enable: true, seconds: 0);
        client.Close();
    }

    public ValueTask DisposeAsync()
    {
        client.Dispose();
        return default;
    }
}
