using System.Text;
using System.Text.RegularExpressions;
using System.Threading.Channels;
using Realtime.Client.States;
using Realtime.Client.Transports;
using Realtime.Contracts;
using Realtime.Core.Framing;

namespace Realtime.Client.Tests;

/// <summary>One connection to a <see cref="FakeServer"/>.</summary>
internal sealed partial class FakeWire(FakeServer server, string name) : IClientTransport
{
    private readonly Channel<(bool IsBinary, byte[] Data)?> _toClient = Channel.CreateUnbounded<(bool, byte[])?>();
    private readonly Channel<string> _toServer = Channel.CreateUnbounded<string>();
    private readonly CancellationTokenSource _broken = new();
    private TaskCompletionSource _mayWrite = Completed();

    public string Name => name;

    internal bool IsAborted => _broken.IsCancellationRequested;

    /// <summary>Lets the network take nothing any more, or take again.</summary>
    internal void Block(bool blocked)
    {
        if (blocked)
        {
            _mayWrite = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        }
        else
        {
            _mayWrite.TrySetResult();
        }
    }

    /// <summary>Lets the next write fail: how a client notices an end while it reads nothing.</summary>
    internal void BreakWrites()
    {
        _mayWrite = new TaskCompletionSource();
        _mayWrite.SetException(new TransportFailedException(ClientCloseReason.TransportError, "The fake network broke."));
    }

    internal void Say(string text) => _toClient.Writer.TryWrite((false, Encoding.UTF8.GetBytes(text)));

    internal void Say(byte[] data) => _toClient.Writer.TryWrite((true, data));

    /// <summary>The server closes in order.</summary>
    internal void Close() => _toClient.Writer.TryWrite(null);

    /// <summary>The network breaks.</summary>
    internal void Break() => _toClient.Writer.TryComplete(new TransportFailedException(ClientCloseReason.TransportError, "The fake network broke."));

    /// <summary>The next message of the client.</summary>
    internal Task<string> SentAsync() => _toServer.Reader.ReadAsync().AsTask().Within();

    /// <summary>The next message of the client, a CONNECT, as it would be without our extension.</summary>
    internal async Task<string> ConnectSentAsync()
    {
        string sent = await SentAsync();
        Assert.Matches(RequestOfExtension(), sent);
        return RequestOfExtension().Replace(sent, "}").Replace("{}", "", StringComparison.Ordinal);
    }

    internal bool HasSent => _toServer.Reader.Count > 0;

    public ValueTask OpenAsync(CancellationToken cancellationToken)
    {
        server.Open(this);
        return default;
    }

    public async ValueTask<TransportMessage?> ReceiveAsync(CancellationToken cancellationToken)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, _broken.Token);
        try
        {
            return await _toClient.Reader.ReadAsync(stop.Token) is { } message ? TransportMessage.Create(message.IsBinary, message.Data) : null;
        }
        catch (ChannelClosedException closed) when (closed.InnerException is not null)
        {
            throw closed.InnerException;
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new TransportFailedException(ClientCloseReason.TransportError, "Aborted.");
        }
    }

    public async ValueTask SendAsync(ReadOnlyMemory<EncodedPacket> packets, CancellationToken cancellationToken)
    {
        await _mayWrite.Task.WaitAsync(cancellationToken);
        for (int i = 0; i < packets.Length; i++)
        {
            foreach (EncodedMessage message in packets.Span[i].Messages)
            {
                _toServer.Writer.TryWrite(message.IsBinary ? $"b{Convert.ToBase64String(message.Data.Span)}" : Encoding.UTF8.GetString(message.Data.Span));
            }
        }
    }

    public ValueTask CloseAsync(CancellationToken cancellationToken)
    {
        _toServer.Writer.TryWrite("closed");
        return default;
    }

    public void Abort() => _broken.Cancel();

    public ValueTask DisposeAsync()
    {
        _broken.Cancel();
        return default;
    }

    [GeneratedRegex(@",?""\$realtime"":\{""v"":1,""try"":\d+\}\}$")]
    private static partial Regex RequestOfExtension();

    private static TaskCompletionSource Completed()
    {
        var completed = new TaskCompletionSource();
        completed.SetResult();
        return completed;
    }
}
