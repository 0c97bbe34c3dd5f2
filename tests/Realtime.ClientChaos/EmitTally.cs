namespace Realtime.ClientChaos;

/// <summary>How the emits of one client ended.</summary>
/// <remarks>Thread-safe.</remarks>
internal sealed class EmitTally
{
    private long _attempted;
    private long _inFlight;

    internal long Acked;
    internal long WrongAnswers;
    internal long TimedOut;
    internal long Disconnected;
    internal long BufferFull;
    internal long Unexpected;

    internal long Attempted => Interlocked.Read(ref _attempted);

    internal long InFlight => Interlocked.Read(ref _inFlight);

    /// <summary>Gets how many the client has taken: one that it refused at once does not count as an emit.</summary>
    internal long Taken => Attempted - Interlocked.Read(ref BufferFull);

    internal string? FirstUnexpected { get; private set; }

    internal long Begin()
    {
        Interlocked.Increment(ref _inFlight);
        return Interlocked.Increment(ref _attempted);
    }

    internal void End(ref long outcome)
    {
        Interlocked.Increment(ref outcome);
        Interlocked.Decrement(ref _inFlight);
    }

    internal void EndUnexpectedly(Exception failure)
    {
        FirstUnexpected ??= failure.ToString();
        End(ref Unexpected);
    }
}
