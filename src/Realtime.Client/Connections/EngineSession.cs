using Microsoft.Extensions.Logging;
using Realtime.Client.Diagnostics;
using Realtime.Client.States;
using Realtime.Client.Transports;
using Realtime.Core.Framing;
using Realtime.Core.Protocol;
using Realtime.Core.Protocol.Json;

namespace Realtime.Client.Connections;

/// <summary>One Engine.IO connection, from its open frame to its end. It survives the upgrade to a better transport, and nothing else.</summary>
/// <remarks>
/// Thread-safe. Two loops: one reads, one writes. Nothing waits in here but what the protocol itself sends: what the application sends stays with its namespace until the
/// write loop takes it, so that a connection that ends takes along only what was on its way.
/// </remarks>
internal sealed class EngineSession : IAsyncDisposable
{
    private static readonly EncodedPacket s_pong = EncodedPacket.CreateConstant("3"u8);

    private readonly TaskCompletionSource<SessionEnd> _end = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly CancellationTokenSource _stop = new();
    private readonly SemaphoreSlim _writing = new(1);
    private readonly WriteSignal _signal = new();
    private readonly Queue<EncodedPacket> _control = new();
    private readonly Lock _gate = new();
    private readonly ISessionOwner _owner;
    private readonly ILogger _logger;
    private readonly PacketAssembler _assembler;
    private readonly HeartbeatWatch _heartbeat;
    private readonly Task _reading;
    private readonly Task _sending;
    private readonly Task _upgrading;
    private IClientTransport _transport;
    private IClientTransport? _next;
    private volatile bool _busy;

    internal EngineSession(IClientTransport transport, HandshakeInfo handshake, ISessionOwner owner, SessionSettings settings, SessionUpgrade? upgrade)
    {
        _transport = transport;
        _owner = owner;
        _logger = settings.Logger;
        Handshake = handshake;
        _assembler = new PacketAssembler(JsonPacketCodec.Instance, settings.Limits);
        _heartbeat = new HeartbeatWatch(handshake, () => End(ClientCloseReason.PingTimeout, "No ping came within the time that the server had promised."), settings.TimeProvider);
        _reading = ReadAsync();
        _sending = WriteAsync();
        _upgrading = upgrade is not null && transport is PollingClientTransport polling ? upgrade.RunAsync(this, polling, _stop.Token) : Task.CompletedTask;
    }

    internal HandshakeInfo Handshake { get; }

    internal string TransportName => Volatile.Read(ref _transport).Name;

    /// <summary>Gets what completes when the session is over.</summary>
    internal Task<SessionEnd> Completion => _end.Task;

    internal bool IsOver => _end.Task.IsCompleted;

    /// <summary>Gets what is cancelled when the session ends.</summary>
    internal CancellationToken Stopping => _stop.Token;

    /// <summary>Gets a value indicating whether a write is on its way: what is sent now would have to wait.</summary>
    internal bool IsBusy => _busy;

    /// <summary>Sends what belongs to the protocol: it does not wait behind what the application sends.</summary>
    internal void SendControl(EncodedPacket packet)
    {
        lock (_gate)
        {
            _control.Enqueue(packet);
        }

        _signal.Set();
    }

    /// <summary>The owner has something to send.</summary>
    internal void Wake() => _signal.Set();

    /// <summary>Ends at once; only the first reason counts.</summary>
    internal void End(ClientCloseReason reason, string message)
    {
        if (_end.TrySetResult(new SessionEnd(reason, message)))
        {
            ClientLog.SessionEnded(_logger, Handshake.ConnectionId, reason, message);
            _stop.Cancel();
            Volatile.Read(ref _transport).Abort();
        }
    }

    /// <summary>Ends in order: what was on its way goes out, and the server is told.</summary>
    internal async Task CloseAsync(CancellationToken cancellationToken)
    {
        if (!IsOver)
        {
            bool entered = await _writing.WaitAsync(TimeSpan.FromSeconds(1), cancellationToken).ConfigureAwait(false);
            if (entered && !IsOver)
            {
                await FlushAsync().ConfigureAwait(false);
                await Volatile.Read(ref _transport).CloseAsync(cancellationToken).ConfigureAwait(false);
            }
        }

        End(ClientCloseReason.ClientDisconnect, "The client closed the connection.");
    }

    /// <summary>Stops the write loop between two writes, for an upgrade.</summary>
    internal Task PauseWritingAsync(CancellationToken cancellationToken) => _writing.WaitAsync(cancellationToken);

    /// <summary>Lets it go on, on another transport if one is given; the reader follows when its current transport lets it go.</summary>
    internal void ResumeWriting(IClientTransport? next)
    {
        if (next is not null)
        {
            _next = next;
            Volatile.Write(ref _transport, next);
            if (IsOver)
            {
                next.Abort();
            }
        }

        _writing.Release();
    }

    public async ValueTask DisposeAsync()
    {
        End(ClientCloseReason.ClientDisconnect, "The session was disposed of.");
        _heartbeat.Dispose();
        await Task.WhenAll(_reading, _sending, _upgrading).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await _transport.DisposeAsync().ConfigureAwait(false);
        lock (_gate)
        {
            while (_control.TryDequeue(out EncodedPacket? packet))
            {
                packet.Release();
            }
        }
    }

    private async Task ReadAsync()
    {
        await Task.Yield(); // the constructor is not to run packets
        IClientTransport transport = _transport;
        try
        {
            while (true)
            {
                if (await transport.ReceiveAsync(_stop.Token).ConfigureAwait(false) is { } message)
                {
                    await HandleAsync(message).ConfigureAwait(false);
                }
                else if (_next is { } next && next != transport)
                {
                    transport = next;
                }
                else
                {
                    End(ClientCloseReason.TransportClose, "The server closed the connection.");
                    return;
                }
            }
        }
        catch (TransportFailedException failure)
        {
            End(failure.Reason, failure.Message);
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
            // Ended elsewhere.
        }
#pragma warning disable CA1031 // A mistake of ours must not leave a session that nobody reads.
        catch (Exception unexpected)
#pragma warning restore CA1031
        {
            ClientLog.SessionFailed(_logger, unexpected, Handshake.ConnectionId);
            End(ClientCloseReason.TransportError, unexpected.Message);
        }
    }

    private ValueTask HandleAsync(in TransportMessage message)
    {
        if (!FrameReader.TryRead(in message, out Frame frame))
        {
            End(ClientCloseReason.ParseError, "A message came that is no frame.");
            return default;
        }

        switch (frame.Kind)
        {
            case FrameKind.Message:
                return HandleMessageAsync(in frame);
            case FrameKind.Ping:
                _heartbeat.Restart();
                SendControl(s_pong);
                return default;
            case FrameKind.Close:
                End(ClientCloseReason.TransportClose, "The server closed the connection.");
                return default;
            default:
                return default; // open, pong, upgrade, noop: nothing to do on an established session
        }
    }

    private ValueTask HandleMessageAsync(in Frame frame)
    {
        if (!_assembler.TryTake(in frame, out Packet packet, out bool isComplete))
        {
            End(ClientCloseReason.ParseError, "A message came that is no packet.");
            return default;
        }

        return isComplete ? _owner.OnPacketAsync(this, packet) : default;
    }

    /// <summary>Reading stops because handlers are behind, or goes on.</summary>
    internal void SetReading(bool stopped)
    {
        if (stopped)
        {
            _heartbeat.Suspend();
        }
        else
        {
            _heartbeat.Restart();
        }
    }

    private async Task WriteAsync()
    {
        await Task.Yield();
        var batch = new OutgoingBatch();
        try
        {
            while (true)
            {
                await _writing.WaitAsync(_stop.Token).ConfigureAwait(false);
                try
                {
                    await WriteWaitingAsync(batch).ConfigureAwait(false);
                }
                finally
                {
                    _writing.Release();
                }

                await _signal.WaitAsync(_stop.Token).ConfigureAwait(false);
            }
        }
        catch (TransportFailedException failure)
        {
            End(failure.Reason, failure.Message);
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
            // Ended elsewhere.
        }
#pragma warning disable CA1031 // As above.
        catch (Exception unexpected)
#pragma warning restore CA1031
        {
            ClientLog.SessionFailed(_logger, unexpected, Handshake.ConnectionId);
            End(ClientCloseReason.TransportError, unexpected.Message);
        }
        finally
        {
            batch.Clear();
        }
    }

    private async Task FlushAsync()
    {
        var batch = new OutgoingBatch();
        try
        {
            await WriteWaitingAsync(batch).ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is TransportFailedException or OperationCanceledException)
        {
            // It ends anyway.
        }
        finally
        {
            batch.Clear();
        }
    }

    private async ValueTask WriteWaitingAsync(OutgoingBatch batch)
    {
        _busy = true;
        try
        {
            while (Fill(batch))
            {
                await _transport.SendAsync(batch.Packets, _stop.Token).ConfigureAwait(false);
                batch.Clear();
            }
        }
        finally
        {
            _busy = false;
        }
    }

    private bool Fill(OutgoingBatch batch)
    {
        lock (_gate)
        {
            while (_control.TryDequeue(out EncodedPacket? packet))
            {
                batch.Add(packet);
            }
        }

        _owner.TakeWaiting(this, batch);
        return batch.Count > 0;
    }
}
