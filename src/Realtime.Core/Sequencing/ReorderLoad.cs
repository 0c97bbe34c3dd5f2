namespace Realtime.Core.Sequencing;

/// <summary>What all streams of a <see cref="ReorderBuffer{T}"/> hold together.</summary>
/// <remarks>Confined to the owner of the buffer.</remarks>
internal sealed class ReorderLoad
{
    internal int Count { get; set; }

    internal long Bytes { get; set; }
}
