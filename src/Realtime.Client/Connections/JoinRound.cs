using Realtime.Client.Reconnecting;

namespace Realtime.Client.Connections;

/// <summary>The answers of the server to all namespaces that one attempt asks for. The attempt has succeeded with the first that is accepted, or when nobody wants to go on.</summary>
/// <remarks>Guarded by <c>_gate</c>.</remarks>
internal sealed class JoinRound(int links)
{
    private readonly Lock _gate = new();
    private readonly TaskCompletionSource _completion = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly List<SocketLink> _refusedForNow = [];
    private AttemptFailedException? _failure;
    private int _unanswered = links;

    /// <summary>Waits for the end of the round, or of the session.</summary>
    /// <exception cref="AttemptFailedException">The attempt has failed.</exception>
    internal async Task WaitAsync(EngineSession session, CancellationToken cancellationToken)
    {
        await Task.WhenAny(_completion.Task, session.Completion).WaitAsync(cancellationToken).ConfigureAwait(false);
        if (!_completion.Task.IsCompleted)
        {
            SessionEnd end = await session.Completion.ConfigureAwait(false);
            throw new AttemptFailedException(end.Reason, end.Message);
        }

        await _completion.Task.ConfigureAwait(false);
    }

    /// <summary>A namespace was accepted, or has ended for good.</summary>
    internal void Answered(bool isAccepted)
    {
        lock (_gate)
        {
            _unanswered--;
            if (isAccepted)
            {
                _completion.TrySetResult();
            }

            CompleteLocked();
        }
    }

    /// <summary>A namespace was refused for now.</summary>
    /// <returns><see langword="false"/> when the attempt has succeeded already: then the namespace tries again on the same session.</returns>
    internal bool TryTakeRefusal(SocketLink link, AttemptFailedException failure)
    {
        lock (_gate)
        {
            if (_completion.Task.IsCompletedSuccessfully)
            {
                return false;
            }

            _unanswered--;
            _refusedForNow.Add(link);
            _failure = failure;
            CompleteLocked();
            return true;
        }
    }

    /// <summary>Gets the namespaces that were refused for now before another one was accepted.</summary>
    internal IReadOnlyList<(SocketLink Link, AttemptFailedException Failure)> Leftovers()
    {
        lock (_gate)
        {
            return [.. _refusedForNow.Select(link => (link, _failure!))];
        }
    }

    private void CompleteLocked()
    {
        if (_unanswered > 0)
        {
            return;
        }

        if (_failure is null)
        {
            _completion.TrySetResult();
        }
        else if (_completion.TrySetException(_failure))
        {
            _ = _completion.Task.Exception; // seen, also when the session ended first
        }
    }
}
