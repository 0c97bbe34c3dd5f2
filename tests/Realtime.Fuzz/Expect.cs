namespace Realtime.Fuzz;

/// <summary>What must hold for every input.</summary>
internal static class Expect
{
    internal static void That(bool holds, string what)
    {
        if (!holds)
        {
            throw new InvalidOperationException($"Does not hold: {what}");
        }
    }
}
