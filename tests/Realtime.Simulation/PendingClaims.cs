using Realtime.Core.Sessions;

namespace Realtime.Simulation;

/// <summary>
/// Claims that wait for the owner before. The store completes them on a pool thread; here they are completed on the thread of the run, as soon as the owner has answered: the only place
/// where a run meets another thread, and it waits for it.
/// </summary>
/// <remarks>Confined to the thread of the run.</remarks>
internal sealed class PendingClaims
{
    private readonly Dictionary<string, int> _asked = new(StringComparer.Ordinal);
    private readonly List<(string Session, Task<SessionClaim> Claim, TaskCompletionSource<SessionClaim> Done)> _waiting = [];

    internal ValueTask<SessionClaim> Add(string session, ValueTask<SessionClaim> claim)
    {
        if (claim.IsCompleted)
        {
            return claim;
        }

        var done = new TaskCompletionSource<SessionClaim>();
        _waiting.Add((session, claim.AsTask(), done));
        return new ValueTask<SessionClaim>(done.Task);
    }

    internal void BeginYield(string session) => _asked[session] = _asked.GetValueOrDefault(session) + 1;

    internal void EndYield(string session) => _asked[session]--;

    /// <summary>Completes what can be.</summary>
    internal void Settle()
    {
        for (int i = 0; i < _waiting.Count; i++)
        {
            (string session, Task<SessionClaim> claim, TaskCompletionSource<SessionClaim> done) = _waiting[i];
            if (_asked.GetValueOrDefault(session) == 0)
            {
                _waiting.RemoveAt(i--);
                done.SetResult(claim.GetAwaiter().GetResult());
            }
        }
    }
}
