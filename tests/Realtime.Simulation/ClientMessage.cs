namespace Realtime.Simulation;

/// <summary>A message that an application gives to its client.</summary>
/// <param name="Id">The id, unique in the run; also that of the operation.</param>
/// <param name="Event">What the server is asked for: say, join or leave.</param>
/// <param name="How">How it is emitted.</param>
/// <param name="Rooms">Where to.</param>
/// <param name="Except">A room that is left out.</param>
/// <param name="Delay">How long the handler takes, in milliseconds.</param>
/// <param name="WantsResult">Whether the application waits for the answer.</param>
internal sealed record ClientMessage(string Id, string Event, string How, string[] Rooms, string Except, int Delay, bool WantsResult)
{
    internal string Hash => $"h-{Id}";

    /// <summary>Gets or sets the number that it has in the session; 0 before it has one.</summary>
    internal long Number { get; set; }
}
