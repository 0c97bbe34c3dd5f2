using System.Buffers.Text;
using System.Globalization;
using System.Net.WebSockets;
using System.Text;
using System.Text.Json;
using Realtime.Load;

namespace Realtime.ClientBench.Clients;

/// <summary>The least that can echo on the framework's WebSocket: packets put together by hand, no timeouts, no reconnecting, nothing kept. What is beneath any client.</summary>
internal sealed class BareEchoClient(Uri server) : IEchoClient
{
    private const int LongestMessage = 4096;

    private readonly ClientWebSocket _socket = new();
    private readonly SemaphoreSlim _sending = new(1);
    private readonly Lock _gate = new();
    private readonly Dictionary<int, TaskCompletionSource<EchoPayload>> _waiting = [];
    private readonly byte[] _output = new byte[LongestMessage];
    private readonly byte[] _input = new byte[LongestMessage];
    private int _lastId;

    public event Action? Connected;

    public string ReconnectPolicy => "never";

    public async Task ConnectAsync()
    {
        var address = new UriBuilder(server) { Scheme = "ws", Path = "/socket.io/", Query = "EIO=4&transport=websocket" }.Uri;
        _socket.Options.KeepAliveInterval = TimeSpan.Zero;
        await _socket.ConnectAsync(address, CancellationToken.None);
        await ExpectAsync("0");
        await SendAsync("40"u8.ToArray());
        await ExpectAsync("40");
        _ = ReadAsync();
        Connected?.Invoke();
    }

    public Task BeginAsync(Func<Task> work) => work();

    public async ValueTask<EchoPayload> EchoAsync(EchoPayload payload)
    {
        var answer = new TaskCompletionSource<EchoPayload>(TaskCreationOptions.RunContinuationsAsynchronously);
        var id = Interlocked.Increment(ref _lastId);
        lock (_gate)
        {
            _waiting.Add(id, answer);
        }

        await _sending.WaitAsync();
        try
        {
            var json = JsonSerializer.SerializeToUtf8Bytes(payload);
            await _socket.SendAsync(_output.AsMemory(0, Write(id, json)), WebSocketMessageType.Text, endOfMessage: true, CancellationToken.None);
        }
        finally
        {
            _sending.Release();
        }

        return await answer.Task;
    }

    public ValueTask DisposeAsync()
    {
        _socket.Dispose();
        _sending.Dispose();
        return default;
    }

    private int Write(int id, ReadOnlySpan<byte> json)
    {
        Span<byte> output = _output;
        "42"u8.CopyTo(output);
        Utf8Formatter.TryFormat(id, output[2..], out var digits);
        var length = 2 + digits;
        "[\"echo\","u8.CopyTo(output[length..]);
        length += "[\"echo\","u8.Length;
        json.CopyTo(output[length..]);
        length += json.Length;
        output[length] = (byte)']';
        return length + 1;
    }

    private async Task ReadAsync()
    {
        while (_socket.State == WebSocketState.Open)
        {
            var length = (await _socket.ReceiveAsync(_input.AsMemory(), CancellationToken.None)).Count;
            if (_input.AsSpan(0, length).StartsWith("43"u8))
            {
                Take(_input.AsSpan(2, length - 2));
            }
            else if (_input.AsSpan(0, length).SequenceEqual("2"u8))
            {
                await SendAsync("3"u8.ToArray());
            }
        }
    }

    private void Take(ReadOnlySpan<byte> message)
    {
        if (!Utf8Parser.TryParse(message, out int id, out var digits))
        {
            return; // who waits says that it was not answered
        }

        TaskCompletionSource<EchoPayload>? answer;
        lock (_gate)
        {
            _waiting.Remove(id, out answer);
        }

        answer?.TrySetResult(JsonSerializer.Deserialize<EchoPayload>(message[(digits + 1)..^1])!);
    }

    private async Task SendAsync(byte[] packet)
    {
        await _sending.WaitAsync();
        await _socket.SendAsync(packet, WebSocketMessageType.Text, endOfMessage: true, CancellationToken.None);
        _sending.Release();
    }

    private async Task ExpectAsync(string start)
    {
        var length = (await _socket.ReceiveAsync(_input.AsMemory(), CancellationToken.None)).Count;
        var text = Encoding.UTF8.GetString(_input, 0, length);
        if (!text.StartsWith(start, StringComparison.Ordinal))
        {
            throw new LoadFailure(string.Create(CultureInfo.InvariantCulture, $"expected {start}, got {text}"));
        }
    }
}
