using Microsoft.Extensions.Logging;
using Realtime.Client.Authentication;
using Realtime.Client.Diagnostics;
using Realtime.Client.Reconnecting;
using Realtime.Client.States;

namespace Realtime.Client.Connections;

/// <summary>Asks again for a namespace that was refused, on a session that is still there.</summary>
/// <remarks>Confined to one refusal at a time: the next one comes only when the server has been asked again.</remarks>
internal sealed class Rejoin(SocketLink link, AuthSource auth, ReconnectLoop loop, ILogger logger)
{
    private int _refusals;

    /// <summary>The server has accepted the namespace.</summary>
    internal void Reset() => _refusals = 0;

    /// <summary>Asks again after a delay.</summary>
    internal async Task LaterAsync(EngineSession session, AttemptFailedException failure)
    {
        try
        {
            if (await WaitAsync(session, failure, _refusals++).ConfigureAwait(false))
            {
                await link.JoinAsync(session, round: null).ConfigureAwait(false);
            }
        }
#pragma warning disable CA1031 // A policy of the application that throws: nobody else asks again, so whoever waits has to hear of it.
        catch (Exception unexpected)
#pragma warning restore CA1031
        {
            ClientLog.LoopFailed(logger, unexpected);
            link.Refuse(new ConnectFailedException(failure.Reason, unexpected.Message, unexpected));
        }
    }

    /// <summary>Asks again if the application has something else to show than before; else the refusal stands.</summary>
    /// <remarks>The same token would get the same answer. The first new one is tried at once; who gives a new one each time waits as after any other failure.</remarks>
    internal async Task WithNewAuthAsync(EngineSession session, ConnectFailedException failure)
    {
        try
        {
            if (_refusals > 0 && !await WaitAsync(session, new AttemptFailedException(failure.Reason, failure.Message, innerException: failure), _refusals).ConfigureAwait(false))
            {
                return;
            }

            if (await auth.AskForNewAsync(session.Stopping).ConfigureAwait(false) is { } fresh)
            {
                _refusals++;
                await link.AskAgainAsync(session, fresh, failure).ConfigureAwait(false);
                return;
            }
        }
        catch (OperationCanceledException) when (session.IsOver)
        {
            return;
        }
#pragma warning disable CA1031 // Code of the application: without a token of it the refusal stands.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            ClientLog.AuthFailed(logger, exception, link.Path.Value);
        }

        link.Refuse(failure);
    }

    private async Task<bool> WaitAsync(EngineSession session, AttemptFailedException failure, int attempt)
    {
        if (loop.DelayOf(attempt, failure, TimeSpan.Zero) is not { } delay)
        {
            link.End(failure.Reason, failure.InnerException as ConnectFailedException ?? new ConnectFailedException(failure.Reason, failure.Message, failure));
            return false;
        }

        link.State.Apply(ClientEvent.ConnectionFailed, failure.Reason, attempt + 1, delay, message: failure.Message);
        await loop.WaitAsync(delay, session.Stopping).ConfigureAwait(false);
        return !session.IsOver && link.State.IsActive;
    }
}
