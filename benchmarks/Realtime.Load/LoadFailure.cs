namespace Realtime.Load;

/// <summary>A lost, duplicated or wrong message, or a server that went away: the run is worth nothing and ends with a non-zero code.</summary>
internal sealed class LoadFailure(string message) : Exception(message);
