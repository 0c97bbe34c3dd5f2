namespace Realtime.Schedules.Scenarios;

/// <summary>A lock statement that is left out in a scenario: <paramref name="Gate"/> names it as <c>Type.Method</c>.</summary>
/// <param name="Scenario">The name of the scenario.</param>
/// <param name="Gate">The lock statement.</param>
/// <param name="Within">How many schedules may pass before one of them shows the race.</param>
internal sealed record PlantedRace(string Scenario, string Gate, int Within);
