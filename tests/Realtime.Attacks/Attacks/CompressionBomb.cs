using System.Net.WebSockets;
using System.Text;

namespace Realtime.Attacks.Attacks;

/// <summary>Sends a message that is small on the wire and large when it is inflated.</summary>
internal sealed class CompressionBomb : Attack
{
    private const int Size = 20_000_000;

    internal override string Name => "compression bomb";

    internal override string Protection => "Connections.MaxMessageBytes counts what is inflated";

    internal override void Configure(ServerSetup setup, bool isProtected)
    {
        setup.Http = static http => http.PerMessageDeflate = true;
        setup.Options = options => options.Connections.MaxMessageBytes = isProtected ? 1_000_000 : int.MaxValue / 2;
    }

    internal override async Task<Outcome> RunAsync(Arena arena)
    {
        using var attacker = new ClientWebSocket();
        attacker.Options.DangerousDeflateOptions = new WebSocketDeflateOptions();
        using var limit = new CancellationTokenSource(Waiting.Limit);
        await attacker.ConnectAsync(new Uri($"ws://127.0.0.1:{arena.Port}{WireClient.SocketIo}"), limit.Token);
        await ReadAsync(attacker, limit.Token);
        await SendAsync(attacker, "40", limit.Token);
        await ReadAsync(attacker, limit.Token);
        try
        {
            await SendAsync(attacker, $"421[\"size\",\"{new string('0', Size)}\"]", limit.Token);
        }
        catch (Exception gone) when (gone is WebSocketException or IOException)
        {
            // The server has seen enough.
        }

        string answer = await ReadAsync(attacker, limit.Token);
        while (answer is "2")
        {
            answer = await ReadAsync(attacker, limit.Token);
        }

        bool succeeded = answer.StartsWith("431", StringComparison.Ordinal);
        return new Outcome(succeeded, succeeded ? $"{Size / 1_000_000} MB were inflated and reached the handler" : $"refused: {answer}");
    }

    // In parts, so that the attacker, which is in the same process, needs no large buffer itself.
    private static async Task SendAsync(ClientWebSocket socket, string text, CancellationToken cancellationToken)
    {
        const int part = 32 * 1024;
        byte[] bytes = Encoding.ASCII.GetBytes(text);
        for (int i = 0; i < bytes.Length; i += part)
        {
            await socket.SendAsync(bytes.AsMemory(i, Math.Min(part, bytes.Length - i)), WebSocketMessageType.Text, endOfMessage: i + part >= bytes.Length, cancellationToken);
        }
    }

    private static async Task<string> ReadAsync(ClientWebSocket socket, CancellationToken cancellationToken)
    {
        byte[] buffer = new byte[4096];
        try
        {
            WebSocketReceiveResult read = await socket.ReceiveAsync(buffer, cancellationToken);
            return read.MessageType == WebSocketMessageType.Close ? $"close {(int?)read.CloseStatus}" : Encoding.ASCII.GetString(buffer, 0, read.Count);
        }
        catch (WebSocketException)
        {
            return "the connection ended without a close frame";
        }
    }
}
