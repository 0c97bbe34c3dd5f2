namespace Realtime.Schedules.Scheduling;

/// <summary>Goes on with anybody at places where threads meet, and with the same one mostly elsewhere: how mostly is chosen once for the schedule.</summary>
internal sealed class RandomWalk(Random random) : IStrategy
{
    private static readonly double[] s_restlessness = [0.01, 0.05, 0.3];

    private readonly double _atFields = s_restlessness[random.Next(s_restlessness.Length)];
    private readonly double _atMeetings = random.Next(2) == 0 ? 0.2 : 0.7;

    public Operation Choose(List<Operation> able, Operation? current, bool isMeeting, int step)
    {
        bool stays = current is { CanRun: true } && random.NextDouble() >= (isMeeting ? _atMeetings : _atFields);
        return stays ? current! : able[random.Next(able.Count)];
    }
}
