using Realtime.Core.Sessions;

namespace Realtime.Core.Tests.Sessions;

/// <summary>A node that answers to a yield at once, or as the test says.</summary>
internal sealed class FakeOwner(Func<SessionOwnership, CancellationToken, Task>? onYield = null) : ISessionOwner
{
    private readonly List<SessionOwnership> _asked = [];

    internal IReadOnlyList<SessionOwnership> Asked
    {
        get
        {
            lock (_asked)
            {
                return [.. _asked];
            }
        }
    }

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
