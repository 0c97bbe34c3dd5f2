using System.Runtime.InteropServices;
using Realtime.Client.States;

namespace Realtime.Client.Reconnecting;

/// <summary>What a reconnect policy is told.</summary>
/// <remarks>Immutable.</remarks>
[StructLayout(LayoutKind.Auto)]
public readonly struct ReconnectArguments
{
    /// <summary>Initializes a new instance of the <see cref="ReconnectArguments"/> struct.</summary>
    /// <param name="attempt">The number of failures since the last success, without this one: 0 after the first.</param>
    /// <param name="reason">Why the connection or the attempt ended.</param>
    /// <param name="elapsed">The time since the first failure in this series.</param>
    public ReconnectArguments(int attempt, ClientCloseReason reason, TimeSpan elapsed)
    {
        Attempt = attempt;
        Reason = reason;
        Elapsed = elapsed;
    }

    /// <summary>Gets the number of failures since the last success, without this one: 0 after the first.</summary>
    public int Attempt { get; }

    /// <summary>Gets why the connection or the attempt ended.</summary>
    public ClientCloseReason Reason { get; }

    /// <summary>Gets the time since the first failure in this series.</summary>
    public TimeSpan Elapsed { get; }
}
