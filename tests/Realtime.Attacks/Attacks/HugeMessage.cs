using System.Text;

namespace Realtime.Attacks.Attacks;

internal sealed class HugeMessage : Attack
{
    private const int Size = 20_000_000;

    internal override string Name => "huge message";

    internal override string Protection => "Connections.MaxMessageBytes";

    internal override void Configure(ServerSetup setup, bool isProtected) => setup.Options = options => options.Connections.MaxMessageBytes = isProtected ? 1_000_000 : int.MaxValue;

    internal override async Task<Outcome> RunAsync(Arena arena)
    {
        using WireClient attacker = await WireClient.JoinAsync(arena.Port);
        byte[] frame = WireClient.Frame(0x1, Encoding.ASCII.GetBytes($"421[\"size\",\"{new string('h', Size)}\"]"));
        try
        {
            await attacker.WriteAsync(frame);
        }
        catch (System.Net.Sockets.SocketException)
        {
            // The server has seen enough.
        }

        string? answer = null;
        string end = "";
        while (answer is null && await attacker.ReadFrameAsync() is { } read)
        {
            string text = Encoding.UTF8.GetString(read.Payload);
            answer = text.StartsWith("431", StringComparison.Ordinal) ? text : null;
            if (read.Opcode == 0x8)
            {
                end = $"close {(read.Payload[0] << 8) | read.Payload[1]}";
                break;
            }
        }

        return new Outcome(answer is not null, answer is null ? $"{Size / 1_000_000} MB were refused: {end}" : $"{Size / 1_000_000} MB reached the handler, which answered {answer}");
    }
}
