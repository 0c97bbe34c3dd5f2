using System.Buffers;
using System.Net;
using System.Net.Http.Headers;
using Realtime.Client.States;
using Realtime.Core.Framing;
using Realtime.Core.Transports;

namespace Realtime.Client.Transports;

/// <summary>HTTP long-polling: one request at a time waits for what the server has to say, another brings what we have.</summary>
internal sealed class PollingClientTransport(ServerAddress address, HttpAccess http, int maxMessageBytes) : IClientTransport
{
    private static readonly MediaTypeHeaderValue s_text = new("text/plain", "UTF-8");
    private static readonly EncodedPacket s_close = EncodedPacket.CreateConstant("1"u8);

    private readonly CancellationTokenSource _aborted = new();
    private readonly PollingPause _pause = new();
    private string? _connectionId;
    private int _maxPayload = int.MaxValue;
    private ReadOnlySequence<byte>? _body;

    public string Name => TransportNames.Polling;

    /// <summary>Asks for the open frame; the first message is there when it returns.</summary>
    public async ValueTask OpenAsync(CancellationToken cancellationToken) => _body = await PollAsync(cancellationToken).ConfigureAwait(false);

    /// <summary>Takes what the server told in its open frame.</summary>
    internal void Use(HandshakeInfo handshake)
    {
        _connectionId = handshake.ConnectionId;
        _maxPayload = handshake.MaxPayload;
    }

    public async ValueTask<TransportMessage?> ReceiveAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            if (PollingPayload.TryReadNext(ref _body, out TransportMessage message))
            {
                return message;
            }

            if (!await _pause.MayGoOnAsync(cancellationToken).ConfigureAwait(false))
            {
                return null;
            }

            _body = await PollAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Lets the reader stop behind its current request. From then on the server gets no request from here.</summary>
    internal Task PauseAsync() => _pause.BeginAsync();

    /// <summary>Ends the pause.</summary>
    /// <param name="goOn">Whether to poll again; else the reader is told to go on with another transport.</param>
    internal void EndPause(bool goOn) => _pause.End(goOn);

    public async ValueTask SendAsync(ReadOnlyMemory<EncodedPacket> packets, CancellationToken cancellationToken)
    {
        // As many as the server takes at once; one that is larger goes alone, and the server decides.
        for (int first = 0; first < packets.Length;)
        {
            int count = 0;
            for (long size = 0; first + count < packets.Length; count++)
            {
                size += BodyLength(packets.Span[first + count]) + 1;
                if (size > _maxPayload && count > 0)
                {
                    break;
                }
            }

            await PostAsync(packets.Slice(first, count), cancellationToken).ConfigureAwait(false);
            first += count;
        }
    }

    public async ValueTask CloseAsync(CancellationToken cancellationToken)
    {
        if (_connectionId is null)
        {
            return;
        }

        try
        {
            await PostAsync(new[] { s_close }, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is TransportFailedException or OperationCanceledException)
        {
            // It has gone already.
        }
    }

    public void Abort() => _aborted.Cancel();

    public ValueTask DisposeAsync()
    {
        _aborted.Cancel();
        return default; // the source has no timer, and a request may still look at its token
    }

    // In their text form: binary as "b" and base64, and a separator behind each.
    private static long BodyLength(EncodedPacket packet)
    {
        long length = 0;
        foreach (EncodedMessage message in packet.Messages)
        {
            length += message.IsBinary ? 2 + ((message.Data.Length + 2) / 3 * 4) : message.Data.Length + 1;
        }

        return length - 1;
    }

    private async ValueTask<ReadOnlySequence<byte>?> PollAsync(CancellationToken cancellationToken)
    {
        using HttpRequestMessage request = http.CreateRequest(HttpMethod.Get, address.Polling(_connectionId));
        // The HTTP stack sends a request without a content again by itself when its connection ends before an answer. The server may have answered the first one: what it said would be lost.
        request.Content = new ReadOnlyMemoryContent(default);
        byte[] body = await ExchangeAsync(request, cancellationToken).ConfigureAwait(false);
        return new ReadOnlySequence<byte>(body);
    }

    private async ValueTask PostAsync(ReadOnlyMemory<EncodedPacket> packets, CancellationToken cancellationToken)
    {
        var body = new ArrayBufferWriter<byte>();
        PollingPayload.Write(packets.Span, body);
        using HttpRequestMessage request = http.CreateRequest(HttpMethod.Post, address.Polling(_connectionId));
        request.Content = new ReadOnlyMemoryContent(body.WrittenMemory) { Headers = { ContentType = s_text } };
        await ExchangeAsync(request, cancellationToken).ConfigureAwait(false);
    }

    private async ValueTask<byte[]> ExchangeAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, _aborted.Token);
        try
        {
            using HttpResponseMessage response = await http.Invoker.SendAsync(request, stop.Token).ConfigureAwait(false);
            await response.Content.LoadIntoBufferAsync(maxMessageBytes, stop.Token).ConfigureAwait(false);
            byte[] body = await response.Content.ReadAsByteArrayAsync(stop.Token).ConfigureAwait(false);
            return response.StatusCode == HttpStatusCode.OK ? body : throw Refused(request, response, body);
        }
        catch (Exception exception) when (exception is HttpRequestException or IOException || (exception is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            throw new TransportFailedException(ClientCloseReason.TransportError, $"A request of long-polling failed: {exception.Message}", exception);
        }
    }

    private static TransportFailedException Refused(HttpRequestMessage request, HttpResponseMessage response, byte[] body)
    {
        bool forbidden = response.StatusCode is HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden;
        string text = System.Text.Encoding.UTF8.GetString(body, 0, Math.Min(body.Length, 200));
        return new TransportFailedException(
            forbidden ? ClientCloseReason.Forbidden : ClientCloseReason.TransportError,
            $"The server answered a {request.Method} of long-polling with {(int)response.StatusCode}: {text}");
    }
}
