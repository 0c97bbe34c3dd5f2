namespace Realtime.AspNetCore.Tests.WebSockets.Rfc6455;

/// <summary>One row of the table: what a client sends after the opening handshake, and what must come of it.</summary>
/// <remarks>
/// Nothing here names an implementation, so the same rows are run on the frame reader, on ASP.NET Core's WebSocket and on servers behind real
/// connections. Pings are listed among the messages; a whole server answers each with a pong of the same payload, in order. A valid close
/// frame is answered with the code that it carried.
/// </remarks>
/// <param name="Name">A unique sentence.</param>
/// <param name="Client">Every byte that the client sends.</param>
/// <param name="Messages">What the server receives, in order.</param>
/// <param name="Sees">What the client sees after that.</param>
internal sealed record Rfc6455Case(string Name, byte[] Client, IReadOnlyList<ReceivedMessage> Messages, PeerSees Sees)
{
    /// <summary>Null when ASP.NET Core's own WebSocket does the same.</summary>
    public AspNetCoreDifference? AspNetCore { get; init; }

    public override string ToString() => Name;
}
