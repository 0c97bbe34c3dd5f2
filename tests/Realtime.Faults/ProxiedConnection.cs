using System.Net;
using System.Net.Sockets;

namespace Realtime.Faults;

/// <summary>One client, its own connection to the target, and the two flows between them.</summary>
/// <remarks>Thread-safe. It ends by itself when both sides have ended, or one has failed.</remarks>
#pragma warning disable CA1001 // RunAsync closes the sockets; the tokens hold nothing, see below.
internal sealed class ProxiedConnection
#pragma warning restore CA1001
{
    // Without a timer they hold nothing, so they are left to the collector: a fault may still come while the connection ends.
    private readonly CancellationTokenSource _end = new();
    private readonly CancellationTokenSource _abort = new();
    private readonly Socket _client;
    private readonly Flow _toTarget;
    private readonly Flow _toClient;
    private readonly TimeProvider _time;
    private Task _orphaned = Task.CompletedTask;
    private volatile bool _isConnected;
    private volatile bool _isReset;
    private long _halfOpenSince;

    internal ProxiedConnection(Socket client, TimeProvider time)
    {
        _time = time;
        _client = client;
        _client.NoDelay = true;
        _toTarget = new Flow(new FlowGate(time));
        _toClient = new Flow(new FlowGate(time));
    }

    /// <summary>Gets a value indicating whether a fault would still be felt: both sides are there and nothing is stopped.</summary>
    internal bool IsWhole => _isConnected && !IsHalfOpen && !_end.IsCancellationRequested;

    internal bool IsHalfOpen => _toTarget.Gate.IsShut || _toClient.Gate.IsShut;

    internal TimeSpan HalfOpenFor => IsHalfOpen ? _time.GetElapsedTime(Interlocked.Read(ref _halfOpenSince)) : TimeSpan.Zero;

    internal void Apply(Fault fault, FaultNote note)
    {
        switch (fault.Kind)
        {
            case FaultKind.Cut when fault.Bytes > 0:
                (fault.Directions.HasFlag(Directions.ToTarget) ? _toTarget : _toClient).Gate.CutAfter(fault.Bytes, () => Cut(note));
                return;
            case FaultKind.Cut:
                Cut(note);
                return;
            case FaultKind.Orphan:
                Interlocked.Exchange(ref _halfOpenSince, _time.GetTimestamp());
                _orphaned = OrphanAsync(fault, note);
                return;
            case FaultKind.Reset:
                note.Felt();
                Abort();
                return;
            case FaultKind.HalfOpen:
                Interlocked.Exchange(ref _halfOpenSince, _time.GetTimestamp());
                break;
        }

        if (fault.Directions.HasFlag(Directions.ToTarget))
        {
            _toTarget.Gate.Apply(fault, note);
        }

        if (fault.Directions.HasFlag(Directions.ToClient))
        {
            _toClient.Gate.Apply(fault, note);
        }
    }

    /// <summary>Ends the connection without waiting for anything; both sides see a reset.</summary>
    internal void Abort()
    {
        _isReset = true;
        _abort.Cancel();
        _end.Cancel();
    }

    /// <summary>Runs until it ends. Goes to the first of the targets that takes it.</summary>
    internal async Task RunAsync(IReadOnlyList<EndPoint> targets, Census census)
    {
        census.Enter(_client);
        Socket? target = null;
        try
        {
            target = await ConnectAsync(targets, census);
            _isConnected = true;
            await Task.WhenAll(RunAsync(_toTarget, _client, target), RunAsync(_toClient, target, _client));
            await _orphaned;
            await OrderlyClose.RunAsync(_client, target, _time, _abort.Token);
        }
        catch (Exception failure) when (failure is SocketException or OperationCanceledException)
        {
            // No target is there, or the connection was ended before one was reached.
        }
        finally
        {
            await _end.CancelAsync(); // so that no timer of a fault goes on
            Close(_client, census);
            if (target is not null)
            {
                Close(target, census);
            }
        }
    }

    // A socket that could not connect cannot be used for another attempt.
    private async Task<Socket> ConnectAsync(IReadOnlyList<EndPoint> targets, Census census)
    {
        for (int index = 0; ; index++)
        {
            Socket socket = census.Enter(new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true });
            try
            {
                await socket.ConnectAsync(targets[index], _end.Token);
                return socket;
            }
            catch (Exception failure)
            {
                Close(socket, census);
                if (failure is not SocketException || index + 1 == targets.Count)
                {
                    throw;
                }
            }
        }
    }

    private void Cut(FaultNote note)
    {
        note.Felt();
        _end.Cancel();
    }

    private async Task OrphanAsync(Fault fault, FaultNote note)
    {
        _toTarget.Gate.Apply(fault, note); // counted when something comes late
        _toClient.Gate.Apply(Fault.HalfOpen(Directions.ToClient), new FaultNote(FaultKind.HalfOpen, new FaultCounters()));
        try
        {
            Task reset = Task.Delay(fault.Duration * 2, _time, _end.Token); // counts from now, not from when somebody comes to it
            await Task.Delay(fault.Duration / 2, _time, _end.Token);
            _client.Shutdown(SocketShutdown.Both);
            await reset;
            Abort();
        }
        catch (Exception ended) when (ended is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            // Ended before, by a fault or by the target.
        }
    }

    // A failure of one side is passed on as what it is: the other sees a reset too.
    private async Task RunAsync(Flow flow, Socket from, Socket to)
    {
        try
        {
            await flow.RunAsync(from, to, _end.Token);
        }
        catch (SocketException)
        {
            Abort();
        }
        catch (OperationCanceledException)
        {
            // Ended by a fault, or with the proxy.
        }
    }

    private void Close(Socket socket, Census census)
    {
        if (_isReset)
        {
            socket.LingerState = new LingerOption(true, 0);
        }

        census.Leave(socket);
    }
}
