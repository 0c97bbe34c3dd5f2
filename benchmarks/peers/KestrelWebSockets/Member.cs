using System.Net.WebSockets;

namespace KestrelWebSocketsPeer;

/// <summary>One connection: reads whole messages into one buffer, sends under a lock because a WebSocket takes one send at a time.</summary>
internal sealed class Member : IDisposable
{
    private readonly WebSocket _socket;
    private readonly Room _room;
    private readonly SemaphoreSlim _sending = new(1, 1);

    public Member(WebSocket socket, Room room)
    {
        _socket = socket;
        _room = room;
        NextPingAt = Environment.TickCount64 + (long)room.PingInterval.TotalMilliseconds;
    }

    public long NextPingAt { get; private set; }

    public long? PingSentAt { get; set; }

    public void Abort() => _socket.Abort();

    public void Dispose() => _sending.Dispose();

    public async Task RunAsync(CancellationToken aborted)
    {
        try
        {
            await SendAsync(MinimalPacket.Open(_room.PingInterval));
            await ReceiveAsync(aborted);
        }
        catch (Exception failure) when (failure is WebSocketException or OperationCanceledException or IOException)
        {
            // The peer went away; nothing to say to it.
        }
        finally
        {
            _room.Remove(this);
        }
    }

    public ValueTask SendAsync(ReadOnlyMemory<byte> packet)
    {
        if (!_sending.Wait(0))
        {
            return new ValueTask(SendInTurnAsync(packet));
        }

        return SendLockedAsync(packet);
    }

    private async Task SendInTurnAsync(ReadOnlyMemory<byte> packet)
    {
        await _sending.WaitAsync();
        await SendLockedAsync(packet);
    }

    private async ValueTask SendLockedAsync(ReadOnlyMemory<byte> packet)
    {
        try
        {
            await _socket.SendAsync(packet, WebSocketMessageType.Text, endOfMessage: true, CancellationToken.None);
        }
        catch (Exception failure) when (failure is WebSocketException or ObjectDisposedException or OperationCanceledException)
        {
            // The receive loop notices the same loss and removes the member.
        }
        finally
        {
            _sending.Release();
        }
    }

    private async Task ReceiveAsync(CancellationToken aborted)
    {
        var buffer = new byte[4096];
        var length = 0;
        while (true)
        {
            var received = await _socket.ReceiveAsync(buffer.AsMemory(length), aborted);
            if (received.MessageType == WebSocketMessageType.Close)
            {
                return;
            }

            length += received.Count;
            if (received.EndOfMessage)
            {
                await ProcessAsync(buffer.AsMemory(0, length));
                length = 0;
            }
            else if (length == buffer.Length)
            {
                Array.Resize(ref buffer, length * 2);
            }
        }
    }

    private async ValueTask ProcessAsync(ReadOnlyMemory<byte> packet)
    {
        switch (MinimalPacket.KindOf(packet.Span))
        {
            case PacketKind.Pong:
                PingSentAt = null;
                NextPingAt = Environment.TickCount64 + (long)_room.PingInterval.TotalMilliseconds;
                break;
            case PacketKind.Connect:
                _room.Add(this);
                await SendAsync(MinimalPacket.Connected());
                break;
            case PacketKind.Echo:
                await SendAsync(MinimalPacket.Ack(packet.Span));
                break;
            case PacketKind.Publish:
                await _room.PublishAsync(MinimalPacket.Message(packet.Span));
                break;
            default:
                Abort();
                break;
        }
    }
}
