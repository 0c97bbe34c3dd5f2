namespace Realtime.Checker;

/// <summary>The copy of a message in one room: an entry of the stream.</summary>
/// <remarks>Immutable.</remarks>
/// <param name="Message">The message.</param>
/// <param name="Stream">The stream.</param>
/// <param name="Offset">Its place there.</param>
/// <param name="Evidence">The acknowledgement, or the first delivery when that is missing.</param>
internal sealed record Copy(Message Message, StreamLog Stream, long Offset, Line Evidence)
{
    internal bool IsAcked => Evidence.Record.Kind == RecordKind.Ack;
}
