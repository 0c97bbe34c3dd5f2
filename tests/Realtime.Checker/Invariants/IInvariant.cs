namespace Realtime.Checker;

/// <summary>Something that holds in every run, whatever happens to it.</summary>
internal interface IInvariant
{
    /// <summary>The name, as in the list of invariants.</summary>
    string Name { get; }

    /// <summary>Looks for violations.</summary>
    /// <param name="run">The run.</param>
    /// <param name="findings">Where to put them.</param>
    void Check(Run run, Findings findings);
}
