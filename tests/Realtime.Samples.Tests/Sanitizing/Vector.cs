namespace Realtime.Samples.Tests.Sanitizing;

/// <summary>One thing that somebody may send to do harm.</summary>
/// <param name="Kind">One of the eight classes.</param>
/// <param name="Text">What is sent.</param>
/// <param name="IsText">Whether it harms nobody in a page that has no template engine: then it has to be shown as it was typed, by both policies.</param>
internal sealed record Vector(string Kind, string Text, bool IsText = false);
