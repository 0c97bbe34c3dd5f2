namespace Realtime.Schedules.Scheduling;

/// <summary>
/// Probabilistic concurrency testing: each operation has a random priority, the highest that can run runs, and at a few random steps whoever runs falls below all others.
/// A race that needs d such steps is found with a probability of at least 1 / (operations * steps^(d-1)).
/// </summary>
/// <param name="random">The source of the choices.</param>
/// <param name="changes">How many steps change a priority.</param>
/// <param name="length">How many steps a schedule has, about.</param>
internal sealed class PriorityChanges(Random random, int changes, int length) : IStrategy
{
    private readonly HashSet<int> _changes = [.. Enumerable.Range(0, changes).Select(_ => random.Next(1, Math.Max(2, length)))];
    private readonly Dictionary<Operation, double> _priorities = [];
    private int _lowest;

    public Operation Choose(List<Operation> able, Operation? current, bool isMeeting, int step)
    {
        foreach (Operation operation in able)
        {
            if (!_priorities.ContainsKey(operation))
            {
                _priorities.Add(operation, random.NextDouble());
            }
        }

        if (current is not null && _changes.Contains(step))
        {
            _priorities[current] = --_lowest;
        }

        Operation chosen = able[0];
        foreach (Operation operation in able)
        {
            chosen = _priorities[operation] > _priorities[chosen] ? operation : chosen;
        }

        return chosen;
    }
}
