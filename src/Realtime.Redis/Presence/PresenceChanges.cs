using Realtime.Core.Presence;

namespace Realtime.Redis.Presence;

/// <summary>The users whose presence has changed on this node and is not written yet.</summary>
/// <remarks>Guarded by <c>_gate</c>. It holds so many users at most; beyond that it forgets them, and everything is to be written.</remarks>
internal sealed class PresenceChanges(int max)
{
    private readonly Lock _gate = new();
    private HashSet<PresentUser> _waiting = [];
    private TaskCompletionSource _written = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private Task _writing = Task.CompletedTask;
    private bool _isOverfull;
    private bool _isTaking;

    /// <summary>Gets a value indicating whether nothing waits and nothing is being written.</summary>
    internal bool IsIdle
    {
        get
        {
            lock (_gate)
            {
                return !_isTaking;
            }
        }
    }

    /// <summary>Adds a user.</summary>
    /// <returns>Whether somebody has to begin to <see cref="Take"/> until there is nothing more.</returns>
    internal bool Add(PresentUser user)
    {
        lock (_gate)
        {
            if (_isOverfull || _waiting.Count >= max)
            {
                _isOverfull = true;
                _waiting.Clear();
            }
            else
            {
                _waiting.Add(user);
            }

            bool begins = !_isTaking;
            _isTaking = true;
            return begins;
        }
    }

    /// <summary>Takes what waits.</summary>
    /// <returns>The users, or <see langword="null"/> instead of too many; and what is to be completed when they are written or never will be. Nothing when nothing waits: then it is begun anew.</returns>
    internal (PresentUser[]? Users, TaskCompletionSource Written)? Take()
    {
        lock (_gate)
        {
            if (!_isOverfull && _waiting.Count == 0)
            {
                _isTaking = false;
                return null;
            }

            (PresentUser[]?, TaskCompletionSource) taken = (_isOverfull ? null : [.. _waiting], _written);
            _waiting = [];
            _isOverfull = false;
            _writing = _written.Task;
            _written = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            return taken;
        }
    }

    /// <summary>Gets a task that completes when what has changed until now is written, or never will be.</summary>
    internal Task WhenWritten()
    {
        lock (_gate)
        {
            return _isOverfull || _waiting.Count > 0 ? _written.Task : _writing;
        }
    }
}
