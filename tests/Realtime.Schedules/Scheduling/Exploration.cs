namespace Realtime.Schedules.Scheduling;

/// <summary>What was found: nothing, or the first schedule that goes wrong. <paramref name="Seed"/> runs that one again.</summary>
internal sealed record Exploration(int Schedules, int Seed, string? Violation, bool MetPlanted)
{
    public override string ToString() => Violation is null ? $"{Schedules} schedules, nothing found" : $"schedule {Schedules}, seed {Seed}: {Violation}";
}
