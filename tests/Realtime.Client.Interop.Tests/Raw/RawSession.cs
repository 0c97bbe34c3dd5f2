using System.Collections.Concurrent;
using System.Text.RegularExpressions;
using System.Threading.Channels;
using Realtime.Contracts;

namespace Realtime.Client.Interop.Tests.Raw;

/// <summary>One session of a raw server: packets as texts, and polling bodies as they are.</summary>
/// <remarks>Confined to its test.</remarks>
internal sealed partial class RawSession(string id, RawRequest handshake, RawSocket? socket)
{
    private readonly Channel<string> _received = Channel.CreateUnbounded<string>();
    private readonly Channel<string> _bodies = Channel.CreateUnbounded<string>();
    private readonly Channel<RawSocket> _upgrades = Channel.CreateUnbounded<RawSocket>();
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _polls;
    private int _answered;

    internal string Id => id;

    internal RawRequest Handshake => handshake;

    /// <summary>Gets the bodies of the POSTs so far.</summary>
    internal ConcurrentQueue<string> Posts { get; } = new();

    /// <summary>Gets how many GETs wait for something.</summary>
    internal int WaitingPolls => Volatile.Read(ref _polls);

    /// <summary>Gets how many GETs have been answered.</summary>
    internal int AnsweredPolls => Volatile.Read(ref _answered);

    /// <summary>Gets the end of the session: that of its WebSocket, or on polling the close packet, or a GET that the client has given up.</summary>
    internal Task Ended => socket?.Ended ?? _ended.Task;

    /// <summary>Gets the WebSocket, where the session has one from the start.</summary>
    internal RawSocket Socket => socket ?? throw new InvalidOperationException("The session is polling.");

    /// <summary>Sends packets: each a message of its own, or all in one polling body.</summary>
    internal async Task SendAsync(params string[] packets)
    {
        if (socket is null)
        {
            _bodies.Writer.TryWrite(string.Join('\u001e', packets));
            return;
        }

        foreach (string packet in packets)
        {
            await (packet.StartsWith('b') ? socket.SendAsync(Convert.FromBase64String(packet[1..])) : socket.SendAsync(packet));
        }
    }

    /// <summary>Waits for the next packet of the client. Of a CONNECT our extension is taken off: what is left is what the official client would send.</summary>
    internal async Task<string> ReceiveAsync()
    {
        string packet = await (socket?.ReceiveAsync() ?? _received.Reader.ReadAsync(Bounded.Token()).AsTask());
        return packet.StartsWith("40", StringComparison.Ordinal) ? OnlyKey().Replace(LastKey().Replace(packet, "}"), "") : packet;
    }

    /// <summary>Waits for the next packet, which has to be this one.</summary>
    internal async Task ExpectAsync(string packet) => Assert.Equal(packet, await ReceiveAsync());

    /// <summary>Waits for the CONNECT of a namespace and accepts it.</summary>
    /// <returns>The payload of the CONNECT.</returns>
    internal async Task<string> AcceptAsync(string nsp = "/", string sid = "socket-1", string? pid = null)
    {
        string prefix = nsp == "/" ? "40" : $"40{nsp},";
        string packet = await ReceiveAsync();
        Assert.StartsWith(prefix, packet, StringComparison.Ordinal);
        await SendAsync(prefix + (pid is null ? $$"""{"sid":"{{sid}}"}""" : $$"""{"sid":"{{sid}}","pid":"{{pid}}"}"""));
        return packet[prefix.Length..];
    }

    /// <summary>Waits for a WebSocket to which the client wants to go over.</summary>
    internal Task<RawSocket> UpgradeAsync() => _upgrades.Reader.ReadAsync(Bounded.Token()).AsTask();

    /// <summary>Ends the session: the WebSocket is cut, and polling requests are told that it is unknown.</summary>
    internal void End()
    {
        socket?.Abort();
        _bodies.Writer.TryComplete();
    }

    internal void GiveUp() => _ended.TrySetResult();

    internal void Upgrade(RawSocket other) => _upgrades.Writer.TryWrite(other);

    internal void Post(string body)
    {
        Posts.Enqueue(body);
        foreach (string packet in body.Split('\u001e'))
        {
            _received.Writer.TryWrite(packet);
            if (packet == "1")
            {
                _ended.TrySetResult();
            }
        }
    }

    /// <summary>Waits for the next body of a GET.</summary>
    /// <returns>The body, or nothing when the session is over.</returns>
    internal async Task<string?> PollAsync(CancellationToken cancellationToken)
    {
        Interlocked.Increment(ref _polls);
        try
        {
            string body = await _bodies.Reader.ReadAsync(cancellationToken);
            Interlocked.Increment(ref _answered);
            return body;
        }
        catch (ChannelClosedException)
        {
            return null;
        }
        finally
        {
            Interlocked.Decrement(ref _polls);
        }
    }

    [GeneratedRegex("""\{"\$realtime":\{"v":1,"try":\d+\}\}$""")]
    private static partial Regex OnlyKey();

    [GeneratedRegex(""","\$realtime":\{"v":1,"try":\d+\}\}$""")]
    private static partial Regex LastKey();
}
