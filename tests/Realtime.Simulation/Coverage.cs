namespace Realtime.Simulation;

/// <summary>How often each fault was made and each branch was taken.</summary>
/// <remarks>Confined to its owner; sums are made when runs have ended.</remarks>
internal sealed class Coverage
{
    private readonly Dictionary<string, long> _faults = new(StringComparer.Ordinal);
    private readonly Dictionary<string, long> _branches = new(StringComparer.Ordinal);

    /// <summary>Gets what has to occur in a campaign.</summary>
    internal static IReadOnlyList<string> Branches { get; } =
    [
        Branch.Resume, Branch.NewSession, Branch.Gap, Branch.UnknownGap, Branch.Resend, Branch.Trim, Branch.Fence, Branch.CatchUp, Branch.CatchUpWait, Branch.Yield, Branch.YieldWait,
        Branch.Superseded, Branch.Duplicate, Branch.Skip, Branch.Repeated, Branch.Replaced, Branch.TooSlow,
    ];

    internal long FaultCount => _faults.Values.Sum();

    internal void Fault(string name) => _faults[name] = _faults.GetValueOrDefault(name) + 1;

    internal void Hit(string branch) => _branches[branch] = _branches.GetValueOrDefault(branch) + 1;

    internal void Add(Coverage other)
    {
        foreach ((string name, long count) in other._faults)
        {
            _faults[name] = _faults.GetValueOrDefault(name) + count;
        }

        foreach ((string name, long count) in other._branches)
        {
            _branches[name] = _branches.GetValueOrDefault(name) + count;
        }
    }

    /// <summary>Gets what never occurred.</summary>
    internal IReadOnlyList<string> Missing(IEnumerable<string> faults) =>
        [.. faults.Where(name => _faults.GetValueOrDefault(name) == 0), .. Branches.Where(name => _branches.GetValueOrDefault(name) == 0)];

    internal string Describe(IEnumerable<string> faults) =>
        $"faults: {string.Join(", ", faults.Select(name => $"{name} {_faults.GetValueOrDefault(name)}"))}{Environment.NewLine}"
        + $"branches: {string.Join(", ", Branches.Select(name => $"{name} {_branches.GetValueOrDefault(name)}"))}";
}
