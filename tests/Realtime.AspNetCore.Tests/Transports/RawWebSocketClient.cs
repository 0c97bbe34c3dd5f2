using Realtime.AspNetCore.Tests.Support;
using Realtime.AspNetCore.Tests.WebSockets.Rfc6455;
using Realtime.Contracts.Transports;
using Realtime.Core.Framing;

namespace Realtime.AspNetCore.Tests.Transports;

internal sealed class RawWebSocketClient(RawWebSocket socket) : ITransportClient
{
    internal static async Task<ITransportClient> ConnectAsync(TestApp host)
    {
        RawWebSocket socket = await RawWebSocket.ConnectAsync(host.Port, host.Wire == Wire.Tls, $"{EngineApp.Path}?EIO=4&transport=websocket");
        Assert.StartsWith("0{", await socket.ReadTextAsync(), StringComparison.Ordinal);
        return new RawWebSocketClient(socket);
    }

    public Task SendAsync(EncodedMessage message, CancellationToken cancellationToken) =>
        socket.WriteAsync(ClientFrames.Frame(message.IsBinary ? WebSocketOpcode.Binary : WebSocketOpcode.Text, message.Data.ToArray()));

    public async Task<EncodedMessage?> ReceiveAsync(CancellationToken cancellationToken)
    {
        (WebSocketOpcode Opcode, byte[] Payload)? frame = await socket.ReadFrameAsync();
        switch (frame?.Opcode)
        {
            case null:
                return null;
            case WebSocketOpcode.Close:
                await socket.WriteAsync(ClientFrames.Frame(WebSocketOpcode.Close, frame.Value.Payload));
                Assert.Null(await socket.ReadFrameAsync()); // nothing follows a close frame but the end
                return null;
            default:
                return new EncodedMessage(frame.Value.Opcode == WebSocketOpcode.Binary, frame.Value.Payload);
        }
    }

    public void Pause()
    {
    }

    public void Resume()
    {
    }

    public async Task LeaveAsync(CancellationToken cancellationToken)
    {
        await socket.WriteAsync(ClientFrames.Close(1000));
        bool answered = false;
        while (await socket.ReadFrameAsync() is { } frame)
        {
            answered |= frame.Opcode == WebSocketOpcode.Close;
        }

        Assert.True(answered, "A close frame is answered with one.");
    }

    public void Cut() => socket.Cut();

    public ValueTask DisposeAsync() => socket.DisposeAsync();
}
