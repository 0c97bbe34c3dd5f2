namespace Realtime.Client.Sending;

/// <summary>What the server says about messages of the client when it grants a session.</summary>
/// <remarks>Immutable.</remarks>
/// <param name="Id">The id of the socket, which the session keeps.</param>
/// <param name="IsRecovered">Whether it is the session from before.</param>
/// <param name="Received">The number of the last message that was taken.</param>
/// <param name="Window">How many messages may be unconfirmed.</param>
internal sealed record SessionTerms(string Id, bool IsRecovered, long Received, int Window);
