namespace Realtime.ClientChaos;

/// <summary>What the server saw.</summary>
/// <param name="Echoes">How many questions came.</param>
/// <param name="OutOfOrder">How many came after a later one of the same client on the same connection.</param>
/// <param name="Twice">How many came a second time, on whatever connection.</param>
/// <param name="Joins">How often a client joined.</param>
/// <param name="Published">How many events were published.</param>
/// <param name="FirstMistakes">What came out of order or twice, the first few.</param>
internal sealed record HostReport(long Echoes, long OutOfOrder, long Twice, long Joins, long Published, string[] FirstMistakes);
