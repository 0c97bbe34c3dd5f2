using Realtime.Core.Backplane;

namespace Realtime.ConformanceHost.Profiles;

/// <summary>What the backplane says of the publications that are made while it lasts.</summary>
internal sealed class Observation : IDisposable
{
    private static readonly AsyncLocal<Observation?> s_current = new();

    internal Observation() => s_current.Value = this;

    internal static Observation? Current => s_current.Value;

    /// <summary>Gets the offsets of the last publication, one for each room that keeps a log.</summary>
    internal long[] Offsets { get; private set; } = [];

    internal void Note(PublishResult result) => Offsets = [.. result.Offsets.Select(static place => place.Offset)];

    public void Dispose() => s_current.Value = null;
}
