using System.Buffers;
using Realtime.AspNetCore.Tests.WebSockets.Rfc6455;
using Realtime.Core.Framing;
using Realtime.Core.Transports;

namespace Realtime.AspNetCore.Tests.WebSockets.Server;

/// <summary>The layer above the transport, for one row.</summary>
internal sealed class Rfc6455Receiver : ITransportReceiver
{
    private readonly TaskCompletionSource _closed = new(TaskCreationOptions.RunContinuationsAsynchronously);

    internal List<ReceivedMessage> Messages { get; } = [];

    internal Task Closed => _closed.Task;

    public ValueTask OnReadableAsync(ITransport transport)
    {
        try
        {
            while (transport.TryRead(out TransportMessage message))
            {
                Messages.Add(new ReceivedMessage(message.IsBinary ? WebSocketOpcode.Binary : WebSocketOpcode.Text, message.Data.ToArray()));
            }
        }
        catch (TransportException)
        {
            transport.Abort(); // as a connection does
            _closed.TrySetResult();
        }

        return default;
    }

    public void OnWritable(ITransport transport)
    {
    }

    public void OnClosed(ITransport transport, Exception? cause)
    {
        transport.Abort(); // as a connection does
        _closed.TrySetResult();
    }
}
