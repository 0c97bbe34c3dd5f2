using Realtime.Client.Transports;
using Realtime.Core.Framing;

namespace Realtime.Client.Connections;

/// <summary>The write loop of a session: takes what waits, hands it to the transport, and waits for more.</summary>
/// <remarks>
/// Thread-safe. Nothing waits in here but what the protocol itself sends: what the application sends stays with its namespace until it is taken, so that a
/// connection that ends takes along only what was on its way.
/// </remarks>
#pragma warning disable CA1001 // The semaphore has no wait handle: nothing to dispose of.
internal sealed class SessionWriter(EngineSession session, ISessionOwner owner, IClientTransport transport)
#pragma warning restore CA1001
{
    private readonly SemaphoreSlim _writing = new(1);
    private readonly WriteSignal _signal = new();
    private readonly Queue<EncodedPacket> _control = new();
    private readonly Lock _gate = new();
    private IClientTransport _transport = transport;
    private volatile bool _busy;

    /// <summary>Gets the transport that is written to.</summary>
    internal IClientTransport Transport => Volatile.Read(ref _transport);

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

    /// <summary>Stops between two writes, for an upgrade.</summary>
    internal Task PauseAsync(CancellationToken cancellationToken) => _writing.WaitAsync(cancellationToken);

    /// <summary>Goes on, on another transport if one is given.</summary>
    internal void Resume(IClientTransport? next)
    {
        if (next is not null)
        {
            Volatile.Write(ref _transport, next);
            if (session.IsOver)
            {
                next.Abort();
            }
        }

        _writing.Release();
    }

    /// <summary>Writes what waits, says goodbye, and writes nothing any more.</summary>
    /// <param name="limit">How long to wait for a write that is on its way.</param>
    /// <param name="cancellationToken">Ends it early.</param>
    internal async Task CloseAsync(TimeSpan limit, CancellationToken cancellationToken)
    {
        if (!await _writing.WaitAsync(limit, cancellationToken).ConfigureAwait(false) || session.IsOver)
        {
            return;
        }

        var batch = new OutgoingBatch();
        try
        {
            await WriteWaitingAsync(batch).ConfigureAwait(false);
            await _transport.CloseAsync(cancellationToken).ConfigureAwait(false);
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

    /// <summary>Writes until the session ends.</summary>
    internal async Task RunAsync()
    {
        // Woken like for a packet, it finds out that it is over.
        using CancellationTokenRegistration stopping = session.Stopping.UnsafeRegister(static signal => ((WriteSignal)signal!).Set(), _signal);
        var batch = new OutgoingBatch();
        try
        {
            while (true)
            {
                await _writing.WaitAsync(session.Stopping).ConfigureAwait(false);
                try
                {
                    await WriteWaitingAsync(batch).ConfigureAwait(false);
                }
                finally
                {
                    _writing.Release();
                }

                await _signal.WaitAsync().ConfigureAwait(false);
            }
        }
        finally
        {
            batch.Clear();
        }
    }

    /// <summary>Gives back what was never sent.</summary>
    internal void Clear()
    {
        lock (_gate)
        {
            while (_control.TryDequeue(out EncodedPacket? packet))
            {
                packet.Release();
            }
        }
    }

    private async ValueTask WriteWaitingAsync(OutgoingBatch batch)
    {
        _busy = true;
        try
        {
            while (Fill(batch))
            {
                await _transport.SendAsync(batch.Packets, session.Stopping).ConfigureAwait(false);
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

        owner.TakeWaiting(session, batch);
        return batch.Count > 0;
    }
}
