using Microsoft.Extensions.Logging;
using Realtime.Client.Diagnostics;
using Realtime.Client.States;
using Realtime.Client.Transports;
using Realtime.Core.Framing;

namespace Realtime.Client.Connections;

/// <summary>One Engine.IO connection, from its open frame to its end. It survives the upgrade to a better transport, and nothing else.</summary>
/// <remarks>Thread-safe. It owns its parts (reader, writer, heartbeat, upgrade), and says once why it ended.</remarks>
internal sealed class EngineSession : IAsyncDisposable
{
    // A write that is on its way when the application leaves: longer than any round trip, shorter than patience. The goodbye behind it has as long again.
    private static readonly TimeSpan s_closeLimit = TimeSpan.FromSeconds(1);

    private readonly TaskCompletionSource<SessionEnd> _end = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly CancellationTokenSource _stop = new();
    private readonly ILogger _logger;
    private readonly TimeProvider _timeProvider;
    private readonly SessionReader _reader;
    private Task _running = Task.CompletedTask;
    private long _awayTicks; // written by the read loop alone

    internal EngineSession(IClientTransport transport, HandshakeInfo handshake, ISessionOwner owner, SessionSettings settings)
    {
        _logger = settings.Logger;
        _timeProvider = settings.TimeProvider;
        Handshake = handshake;
        Writer = new SessionWriter(this, owner, transport);
        Heartbeat = new HeartbeatWatch(handshake, () => End(ClientCloseReason.PingTimeout, "No ping came within the time that the server had promised."), settings.TimeProvider);
        _reader = new SessionReader(this, owner, transport, settings.Limits);
    }

    internal HandshakeInfo Handshake { get; }

    internal SessionWriter Writer { get; }

    internal HeartbeatWatch Heartbeat { get; }

    internal string TransportName => Writer.Transport.Name;

    /// <summary>Gets what completes when the session is over.</summary>
    internal Task<SessionEnd> Completion => _end.Task;

    internal bool IsOver => _end.Task.IsCompleted;

    /// <summary>Gets what is cancelled when the session ends.</summary>
    internal CancellationToken Stopping => _stop.Token;

    /// <summary>Starts to read, to write and, if there is something better, to upgrade.</summary>
    internal void Start(Func<EngineSession, Task>? upgrade) => _running = Task.WhenAll(
        Task.Run(() => GuardAsync(_reader.RunAsync)),
        Task.Run(() => GuardAsync(Writer.RunAsync)),
        upgrade is null ? Task.CompletedTask : Task.Run(() => upgrade(this)));

    /// <summary>The server is about to stop, and has said when to come back. Of several times the longest counts, from the end of the session on.</summary>
    internal void StayAway(TimeSpan time) => Volatile.Write(ref _awayTicks, Math.Max(time.Ticks, Volatile.Read(ref _awayTicks)));

    /// <summary>Ends at once; only the first reason counts.</summary>
    internal void End(ClientCloseReason reason, string message)
    {
        if (_end.TrySetResult(new SessionEnd(reason, message, Volatile.Read(ref _awayTicks) is > 0 and var away ? TimeSpan.FromTicks(away) : null)))
        {
            ClientLog.SessionEnded(_logger, Handshake.ConnectionId, reason, message);
            _stop.Cancel();
            Writer.Transport.Abort();
        }
    }

    /// <summary>Ends in order: what was on its way goes out, and the server is told.</summary>
    internal async Task CloseAsync(CancellationToken cancellationToken)
    {
        if (!IsOver)
        {
            // A network that has fallen silent takes a goodbye and never ends it; the end below does.
            await Writer.CloseAsync(s_closeLimit, cancellationToken).WaitAsync(2 * s_closeLimit, _timeProvider, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        End(ClientCloseReason.ClientDisconnect, "The client closed the connection.");
    }

    /// <summary>Ends a pause of the writer; on another transport if one is given, which the reader follows to when its current one lets it go.</summary>
    internal void ResumeWriting(IClientTransport? next)
    {
        if (next is not null)
        {
            _reader.GoOnWith(next);
        }

        Writer.Resume(next);
    }

    public async ValueTask DisposeAsync()
    {
        End(ClientCloseReason.ClientDisconnect, "The session was disposed of.");
        Heartbeat.Dispose();
        await _running.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await Writer.Transport.DisposeAsync().ConfigureAwait(false);
        Writer.Clear();
    }

    private async Task GuardAsync(Func<Task> loop)
    {
        try
        {
            await loop().ConfigureAwait(false);
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
}
