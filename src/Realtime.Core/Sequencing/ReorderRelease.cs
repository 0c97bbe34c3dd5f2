namespace Realtime.Core.Sequencing;

/// <summary>What comes next in a stream: an event, or the report that events are lost.</summary>
/// <remarks>Immutable.</remarks>
/// <typeparam name="T">The type of an event.</typeparam>
/// <param name="Stream">The opaque id of the stream.</param>
/// <param name="Item">The event; meaningless where there is a gap.</param>
/// <param name="Gap">The gap; <see langword="null"/> for an event.</param>
public readonly record struct ReorderRelease<T>(string Stream, T? Item, StreamGap? Gap);
