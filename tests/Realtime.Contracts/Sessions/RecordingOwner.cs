using Realtime.Core.Sessions;

namespace Realtime.Contracts.Sessions;

/// <summary>A node that answers to a yield at once, or as the test says.</summary>
public sealed class RecordingOwner(Func<SessionOwnership, CancellationToken, Task>? onYield = null) : ISessionOwner
{
    private readonly List<SessionOwnership> _asked = [];

    public IReadOnlyList<SessionOwnership> Asked
    {
        get
        {
            lock (_asked)
            {
                return [.. _asked];
            }
        }
    }

    public Task UntilAskedAsync() => Bounded.UntilAsync(() => Asked.Count > 0, "the owner was asked to yield");

    public async ValueTask YieldAsync(SessionOwnership session, CancellationToken cancellationToken)
    {
        lock (_asked)
        {
            _asked.Add(session);
        }

        if (onYield is not null)
        {
            await onYield(session, cancellationToken);
        }
    }
}
