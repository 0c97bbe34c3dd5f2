namespace Realtime.Redis.Tests.Faults;

/// <summary>What becomes of a message on its way from Redis to a node.</summary>
internal enum Fate
{
    /// <summary>It arrives.</summary>
    Arrives,

    /// <summary>It never arrives.</summary>
    Lost,

    /// <summary>It arrives twice.</summary>
    Doubled,

    /// <summary>It arrives behind the next one, or after a while when there is none.</summary>
    Late,
}
