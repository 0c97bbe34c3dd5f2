using Realtime.Checker;
using Realtime.Core.Sessions;

namespace Realtime.Simulation;

/// <summary>Sees when a node is asked for a session, and when it has answered.</summary>
internal sealed class OwnerProbe(ISessionOwner inner, World world, Node node) : ISessionOwner
{
    public async ValueTask YieldAsync(SessionOwnership session, CancellationToken cancellationToken)
    {
        world.Coverage.Hit(Branch.Yield);
        if (world.Mutation == MutationKind.NoFence)
        {
            return; // the owner never hears of it
        }

        bool open = true;
        world.Claims.BeginYield(session.Id);
        using CancellationTokenRegistration late = cancellationToken.Register(End);
        try
        {
            ValueTask yielding = inner.YieldAsync(session, cancellationToken);
            if (!yielding.IsCompleted)
            {
                world.Coverage.Hit(Branch.YieldWait);
            }

            await yielding;
        }
        finally
        {
            End();
        }

        void End()
        {
            if (open)
            {
                open = false;
                world.Recorder.Add(Records.Fence(world.Recorder.Session(session.Id), node.Name, session.Fence));
                world.Claims.EndYield(session.Id);
            }
        }
    }
}
