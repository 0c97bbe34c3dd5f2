using System.Buffers;
using System.Collections.Concurrent;
using System.Threading.Channels;
using Realtime.Core.Connections;
using Realtime.Core.Framing;

namespace Realtime.Contracts.Transports;

/// <summary>The layer above, written down: what the transport reported, and what the test wants to be done about it.</summary>
public sealed class RecordingHandler : IConnectionHandler
{
    private readonly Channel<Connection> _opened = Channel.CreateUnbounded<Connection>();
    private readonly Channel<EncodedMessage> _messages = Channel.CreateUnbounded<EncodedMessage>();
    private readonly Channel<CloseReason> _closed = Channel.CreateUnbounded<CloseReason>();
    private readonly ConcurrentDictionary<string, bool> _ended = new();
    private int _messagesAfterTheEnd;

    /// <summary>What happens when a connection opens.</summary>
    public Action<Connection>? Opened { get; set; }

    /// <summary>What happens with a message: by default nothing.</summary>
    public Func<Connection, EncodedMessage, ValueTask>? Message { get; set; }

    /// <summary>Sends each message back as it came.</summary>
    public static ValueTask Echo(Connection connection, EncodedMessage message)
    {
        ArgumentNullException.ThrowIfNull(connection);
        Outgoing.Send(connection, message);
        return default;
    }

    /// <summary>The next connection that has opened.</summary>
    public Task<Connection> NextOpenedAsync() => _opened.Reader.ReadAsync().AsTask().Within();

    /// <summary>The next message that has arrived.</summary>
    public Task<EncodedMessage> NextMessageAsync() => _messages.Reader.ReadAsync().AsTask().Within();

    /// <summary>The next end that was reported.</summary>
    public Task<CloseReason> NextClosedAsync() => _closed.Reader.ReadAsync().AsTask().Within();

    /// <summary>Asserts that nothing was reported that nobody has asked for, and nothing after an end.</summary>
    public void AssertNothingMore()
    {
        Assert.False(_messages.Reader.TryRead(out EncodedMessage message), $"A message came that should not: {Outgoing.Show(message)}");
        Assert.False(_closed.Reader.TryRead(out CloseReason? reason), $"An end was reported once more: {reason}");
        Assert.Equal(0, Volatile.Read(ref _messagesAfterTheEnd));
    }

    /// <summary>Tells whether a message waits to be asked for.</summary>
    public bool HasMessage => _messages.Reader.TryPeek(out _);

    /// <inheritdoc />
    public void OnOpened(Connection connection)
    {
        Opened?.Invoke(connection);
        _opened.Writer.TryWrite(connection);
    }

    /// <inheritdoc />
    public ValueTask OnMessageAsync(Connection connection, in Frame frame)
    {
        ArgumentNullException.ThrowIfNull(connection);
        if (_ended.ContainsKey(connection.Id))
        {
            Interlocked.Increment(ref _messagesAfterTheEnd);
        }

        byte[] payload = frame.Payload.ToArray();
        var message = new EncodedMessage(frame.IsBinary, frame.IsBinary ? payload : (byte[])[(byte)'4', .. payload]);
        _messages.Writer.TryWrite(message);
        return Message?.Invoke(connection, message) ?? default;
    }

    /// <inheritdoc />
    public void OnClosed(Connection connection, CloseReason reason)
    {
        ArgumentNullException.ThrowIfNull(connection);
        _ended[connection.Id] = true;
        _closed.Writer.TryWrite(reason);
    }
}
