namespace Realtime.Delivery;

/// <summary>Brings from the log of the store to who claims a session on the same flow that it was taken from a node that did not answer: what that node had begun may be done again then.</summary>
/// <remarks>Confined to one flow.</remarks>
internal sealed class TakenSession
{
    private static readonly AsyncLocal<TakenSession?> s_current = new();

    internal static TakenSession? Current => s_current.Value;

    /// <summary>Gets or sets a value indicating whether it was.</summary>
    internal bool IsWithoutAnswer { get; set; }

    internal static TakenSession Begin() => s_current.Value = new TakenSession();
}
