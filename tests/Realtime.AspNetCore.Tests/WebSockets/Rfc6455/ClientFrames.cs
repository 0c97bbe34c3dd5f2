using System.Buffers.Binary;
using System.Text;
using Realtime.Core.Framing;

namespace Realtime.AspNetCore.Tests.WebSockets.Rfc6455;

/// <summary>Builds the frames of a client, right and wrong ones, with the masking key of the RFC's examples.</summary>
internal static class ClientFrames
{
    private static readonly byte[] Key = [0x37, 0xFA, 0x21, 0x3D];

    public static byte[] Text(string text, bool final = true) => Frame(WebSocketOpcode.Text, Encoding.UTF8.GetBytes(text), final);

    public static byte[] Text(byte[] utf8, bool final = true) => Frame(WebSocketOpcode.Text, utf8, final);

    public static byte[] Binary(byte[] payload, bool final = true) => Frame(WebSocketOpcode.Binary, payload, final);

    public static byte[] Continue(string text, bool final = true) => Frame(WebSocketOpcode.Continuation, Encoding.UTF8.GetBytes(text), final);

    public static byte[] Continue(byte[] payload, bool final = true) => Frame(WebSocketOpcode.Continuation, payload, final);

    public static byte[] Ping(string text) => Frame(WebSocketOpcode.Ping, Encoding.UTF8.GetBytes(text));

    public static byte[] Pong(string text) => Frame(WebSocketOpcode.Pong, Encoding.UTF8.GetBytes(text));

    public static byte[] Close(int code, string reason = "") => Close(code, Encoding.UTF8.GetBytes(reason));

    public static byte[] Close(int code, byte[] reason) => Frame(WebSocketOpcode.Close, [(byte)(code >> 8), (byte)code, .. reason]);

    /// <summary>A good frame with a key of its own.</summary>
    public static byte[] Masked(WebSocketOpcode opcode, byte[] payload, bool final, byte[] key) =>
        [.. Header(opcode, payload.Length, final)[..^Key.Length], .. key, .. payload.Select((octet, i) => (byte)(octet ^ key[i % key.Length]))];

    public static byte[] Frame(
        WebSocketOpcode opcode, byte[] payload, bool final = true, int reserved = 0, bool masked = true, LengthForm form = LengthForm.Shortest)
    {
        byte[] header = Header(opcode, payload.Length, final, reserved, masked, form);
        return masked ? [.. header, .. payload.Select((octet, i) => (byte)(octet ^ Key[i % Key.Length]))] : [.. header, .. payload];
    }

    public static byte[] Header(
        WebSocketOpcode opcode, long length, bool final = true, int reserved = 0, bool masked = true, LengthForm form = LengthForm.Shortest)
    {
        byte first = (byte)((final ? 0x80 : 0) | (reserved << 4) | (int)opcode);
        byte mask = (byte)(masked ? 0x80 : 0);
        byte[] key = masked ? Key : [];
        byte[] spelled = new byte[sizeof(long)];
        BinaryPrimitives.WriteInt64BigEndian(spelled, length);
        return form switch
        {
            LengthForm.Shortest when length is >= 0 and <= 125 => [first, (byte)(mask | (byte)length), .. key],
            LengthForm.Shortest or LengthForm.Bits16 when length is >= 0 and <= ushort.MaxValue => [first, (byte)(mask | 126), .. spelled[6..], .. key],
            _ => [first, (byte)(mask | 127), .. spelled, .. key],
        };
    }

    public static byte[] Join(params byte[][] frames) => [.. frames.SelectMany(frame => frame)];
}
