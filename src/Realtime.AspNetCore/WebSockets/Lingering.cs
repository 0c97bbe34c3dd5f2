namespace Realtime.AspNetCore.WebSockets;

/// <summary>The end of a connection whose client is told of a violation: closing with unread bytes would reset the connection, and a reset can overtake the close frame.</summary>
internal static class Lingering
{
    /// <summary>How long a client may take to answer a close frame that told it of a violation.</summary>
    internal static readonly TimeSpan Limit = TimeSpan.FromSeconds(2);

    /// <summary>Reads and drops what the client still sends until it has seen why it is refused.</summary>
    internal static async Task DropAsync(Stream stream, Memory<byte> buffer, TimeProvider time)
    {
        using var limit = new CancellationTokenSource(Limit, time);
        while (await stream.ReadAsync(buffer, limit.Token).ConfigureAwait(false) > 0)
        {
        }
    }
}
