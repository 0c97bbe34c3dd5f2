using Realtime.Core.Acks;
using Realtime.Core.Protocol;

namespace Realtime.Client.Sending;

/// <summary>Sends events until they are acknowledged, as the official client does with its option <c>retries</c>: in order, one on its way at a time.</summary>
/// <remarks>
/// Thread-safe; bounded by the limits of the buffer. At least once: the protocol has no message id, so a server that has handled an event whose
/// acknowledgement was lost gets it again, unless it grants a session: there an event has a number, goes out again by itself, and is tried once. Each try has a new ack id, and its time starts when the namespace is connected.
/// </remarks>
internal sealed class RetryQueue(SocketSender sender, RealtimeClientOptions options)
{
    private readonly Lock _gate = new();
    private readonly int _tries = options.Retries + 1;
    private readonly int _maxCount = options.Buffer.MaxCount;
    private readonly int _maxBytes = options.Buffer.MaxBytes;
    private readonly WaitingLine _line = new();
    private Func<Task> _whenConnected = static () => Task.CompletedTask;
    private int _count;
    private long _bytes;

    /// <summary>Sets what completes when the namespace is connected.</summary>
    internal void Use(Func<Task> whenConnected) => _whenConnected = whenConnected;

    /// <summary>Sends an event behind those before it, and waits until it is acknowledged or all tries are used up.</summary>
    /// <exception cref="EmitBufferFullException">Too much waits already. Whatever the mode of the buffer is: what waits here may have been sent before.</exception>
    internal async ValueTask<EventArguments> RunAsync(string eventName, EventPayload payload, TimeSpan timeout, CancellationToken cancellationToken)
    {
        WaitingLine.Place place;
        lock (_gate)
        {
            if (_count >= _maxCount || _bytes + payload.Data.Length > _maxBytes)
            {
                throw new EmitBufferFullException(eventName);
            }

            _count++;
            _bytes += payload.Data.Length;
            place = _line.Enter();
        }

        try
        {
            await place.Turn.WaitAsync(cancellationToken).ConfigureAwait(false);
            return await TryAsync(eventName, payload, timeout, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            lock (_gate)
            {
                _count--;
                _bytes -= payload.Data.Length;
            }

            place.Leave();
        }
    }

    private async ValueTask<EventArguments> TryAsync(string eventName, EventPayload payload, TimeSpan timeout, CancellationToken cancellationToken)
    {
        for (int attempt = 1; ; attempt++)
        {
            await WaitForConnectionAsync(eventName, cancellationToken).ConfigureAwait(false);
            try
            {
                return await sender.AskOnceAsync(eventName, payload, timeout, isVolatile: false, cancellationToken).ConfigureAwait(false);
            }
            catch (Exception exception) when (attempt < _tries && !sender.Outbox.IsNumbering && exception is (AckTimeoutException or DisconnectedException))
            {
                // Once more.
            }
        }
    }

    private async ValueTask WaitForConnectionAsync(string eventName, CancellationToken cancellationToken)
    {
        try
        {
            await _whenConnected().WaitAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (ConnectFailedException)
        {
            throw new DisconnectedException(eventName);
        }
    }
}
