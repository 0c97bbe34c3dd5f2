namespace Realtime.Core.Protocol;

/// <summary>What a codec accepts from a peer.</summary>
/// <remarks>Immutable.</remarks>
/// <param name="MaxAttachments">The most attachments of one packet. Each is a buffer that waits for its packet to be complete. Default 10, as on Node since 4.2.6.</param>
/// <param name="MaxDepth">The deepest nesting of a payload. Default 512: far beyond any real message, and far from exhausting a stack.</param>
/// <param name="MaxEventNameBytes">
/// The longest name of an event, in bytes of UTF-8. Default 256: several times what applications use, also in scripts of three bytes a letter, and short enough for
/// logs, spans and errors, which repeat the name.
/// </param>
public sealed record PacketLimits(int MaxAttachments = 10, int MaxDepth = 512, int MaxEventNameBytes = 256)
{
    /// <summary>Gets the limits with their defaults.</summary>
    public static PacketLimits Default { get; } = new();
}
