namespace Realtime.Checker;

/// <summary>A record and where it stands.</summary>
/// <remarks>Immutable.</remarks>
/// <param name="Record">The record.</param>
/// <param name="File">The index of the log.</param>
/// <param name="Number">The line, from 1.</param>
internal readonly record struct Line(LogRecord Record, int File, int Number)
{
    /// <summary>Whether it certainly was written before the other one: only one process can say that.</summary>
    internal bool IsBefore(Line other) => File == other.File && Number < other.Number;
}
