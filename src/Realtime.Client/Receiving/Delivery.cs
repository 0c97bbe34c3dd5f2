using Realtime.Core.Sequencing;

namespace Realtime.Client.Receiving;

/// <summary>What is handed to the application: an event, or the report that events are lost. Both wait in one line, so that the report comes before anything later.</summary>
/// <remarks>Immutable.</remarks>
/// <param name="Event">The event; <see langword="null"/> for a report.</param>
/// <param name="Gap">What is lost.</param>
internal readonly record struct Delivery(ClientEventContext? Event, StreamGap Gap = default);
