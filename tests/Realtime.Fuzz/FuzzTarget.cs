namespace Realtime.Fuzz;

/// <summary>Feeds one input to the code under test. Whatever it throws is a finding.</summary>
/// <param name="input">Any bytes.</param>
public delegate void FuzzTarget(ReadOnlyMemory<byte> input);
