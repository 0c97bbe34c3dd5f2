using Realtime.Checker;

namespace Realtime.Simulation;

/// <summary>Runs one seed from its beginning to its verdict.</summary>
internal static class Simulation
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(60);

    internal static SimulationResult Run(int seed, MutationKind mutation = MutationKind.None, IReadOnlyCollection<string>? without = null)
    {
        SynchronizationContext.SetSynchronizationContext(null); // that of a test runner would take what waits to other threads
        using var world = new World(seed, mutation);
        var traffic = new Traffic(world);
        traffic.Plan();
        new Faults(world, traffic, without ?? []).Plan();
        world.RunUntil(world.Plan.Duration + TimeSpan.FromSeconds(2));
        bool rests = world.RunToRest(s_patience);
        if (rests)
        {
            foreach (string room in world.Plan.Rooms)
            {
                traffic.Say($"last-{room}", room);
            }

            rests = world.RunToRest(s_patience);
        }

        if (rests)
        {
            world.Recorder.Add(Records.Quiet());
        }
        else
        {
            world.Problems.Add("it did not come to rest: " + string.Join(", ", world.Clients.Where(static client => !client.IsQuiet).Select(Describe)));
        }

        world.End();
        CheckResult check = DeliveryChecker.Check(world.Recorder.Records);
        return new SimulationResult(seed, check, world.Problems, world.Coverage, world.Recorder.Records);
    }

    private static string Describe(SimulatedClient client) =>
        $"{client.Name} {(client.IsConnected ? "connected" : "away")}{(client.Window.IsIdle ? "" : ", sending")}{(client.Streams.HasHole ? ", with a hole" : "")}";
}
