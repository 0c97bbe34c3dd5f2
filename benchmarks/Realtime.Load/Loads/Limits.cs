namespace Realtime.Load.Loads;

internal static class Limits
{
    /// <summary>What has not arrived so long after the last request is lost.</summary>
    public static readonly TimeSpan Stragglers = TimeSpan.FromSeconds(15);

    /// <summary>At the end of a run nothing may arrive for so long: a duplicate would.</summary>
    public static readonly TimeSpan Silence = TimeSpan.FromMilliseconds(200);

    /// <summary>A server may join the room a little after it has said that the connection is ready.</summary>
    public static readonly TimeSpan Settling = TimeSpan.FromMilliseconds(500);
}
