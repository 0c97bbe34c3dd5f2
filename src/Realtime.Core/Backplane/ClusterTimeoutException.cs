using System.Globalization;
using Realtime.Core.Diagnostics;
using Realtime.Core.Protocol;

namespace Realtime.Core.Backplane;

/// <summary>Not all nodes of the cluster answered in time. What was asked of them may have been done all the same.</summary>
public sealed class ClusterTimeoutException : RealtimeException
{
    /// <summary>Initializes a new instance of the <see cref="ClusterTimeoutException"/> class.</summary>
    /// <param name="message">What was waited for.</param>
    public ClusterTimeoutException(string message)
        : base(ErrorCode.AckTimeout, message) => Responses = [];

    /// <summary>Initializes a new instance of the <see cref="ClusterTimeoutException"/> class.</summary>
    /// <param name="responses">The answers that came in time.</param>
    /// <param name="expectedCount">How many nodes were asked.</param>
    public ClusterTimeoutException(IReadOnlyList<EventArguments> responses, int expectedCount)
        : base(ErrorCode.AckTimeout, string.Create(CultureInfo.InvariantCulture, $"timeout reached: only {responses?.Count} responses received out of {expectedCount}"))
    {
        ArgumentNullException.ThrowIfNull(responses);
        Responses = responses;
    }

    /// <summary>Gets the answers that came in time; empty where parts of a result are worth nothing.</summary>
    public IReadOnlyList<EventArguments> Responses { get; }
}
