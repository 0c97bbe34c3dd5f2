namespace Realtime.Core.Backplane;

/// <summary>What carries publications between nodes cannot be reached, or cannot keep up. What was published may still be distributed later, or may have been.</summary>
public sealed class BackplaneUnavailableException : Exception
{
    /// <summary>Initializes a new instance of the <see cref="BackplaneUnavailableException"/> class.</summary>
    /// <param name="message">What is known.</param>
    /// <param name="innerException">What was seen last; <see langword="null"/> for nothing.</param>
    public BackplaneUnavailableException(string message, Exception? innerException = null)
        : base(message, innerException)
    {
    }
}
