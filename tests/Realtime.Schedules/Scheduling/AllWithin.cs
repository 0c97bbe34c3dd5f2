namespace Realtime.Schedules.Scheduling;

/// <summary>Goes through all schedules that interrupt somebody who could have gone on at most so many times. One object for all of them.</summary>
/// <param name="preemptions">How many times.</param>
internal sealed class AllWithin(int preemptions) : IStrategy
{
    private readonly List<(int Chosen, int Count)> _path = [];
    private int _depth;
    private int _left;

    /// <summary>Goes on to the next schedule.</summary>
    /// <returns>Whether there is one.</returns>
    internal bool TryNext()
    {
        _depth = 0;
        _left = preemptions;
        while (_path is [.., var last] && last.Chosen + 1 == last.Count)
        {
            _path.RemoveAt(_path.Count - 1);
        }

        if (_path.Count == 0)
        {
            return false;
        }

        _path[^1] = (_path[^1].Chosen + 1, _path[^1].Count);
        return true;
    }

    /// <summary>Begins with the first schedule.</summary>
    internal void Begin()
    {
        _path.Clear();
        _depth = 0;
        _left = preemptions;
    }

    public Operation Choose(List<Operation> able, Operation? current, bool isMeeting, int step)
    {
        int stays = current is null ? -1 : able.IndexOf(current);
        int count = stays >= 0 && _left == 0 ? 1 : able.Count;
        if (count == 1)
        {
            return stays >= 0 ? current! : able[0];
        }

        if (_depth == _path.Count)
        {
            _path.Add((0, count));
        }

        // The first choice is to go on; the others follow in order.
        int chosen = _path[_depth++].Chosen;
        if (stays < 0)
        {
            return able[chosen];
        }

        _left -= chosen > 0 ? 1 : 0;
        return chosen == 0 ? current! : able[chosen - 1 < stays ? chosen - 1 : chosen];
    }
}
