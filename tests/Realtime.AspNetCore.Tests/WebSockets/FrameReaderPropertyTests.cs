using System.Text;
using CsCheck;
using Realtime.AspNetCore.Tests.WebSockets.Rfc6455;
using Realtime.Core.Framing;

namespace Realtime.AspNetCore.Tests.WebSockets;

public sealed class FrameReaderPropertyTests
{
    private const int SmallLimit = 100;

    private static readonly int[] FirstBytes = [0x01, 0x81, 0x02, 0x82, 0x00, 0x80, 0x00, 0x80, 0x88, 0x89, 0x8A, 0x09, 0x83, 0xC1];

    private static readonly Gen<byte[]> Key = Gen.Byte.Array[4];

    // Cut anywhere, so that a character may well be cut too.
    private static readonly Gen<int[]> Sizes = Gen.Int[1, 40].Array[0, 100];

    private static readonly Gen<ReceivedMessage> Message = Gen.OneOf(
        Gen.String[0, 200].Select(text => new ReceivedMessage(WebSocketOpcode.Text, Encoding.UTF8.GetBytes(text))),
        Gen.Byte.Array[0, 400].Select(payload => new ReceivedMessage(WebSocketOpcode.Binary, payload)),
        Gen.Byte.Array[66_000].Select(payload => new ReceivedMessage(WebSocketOpcode.Binary, payload)));

    private static readonly Gen<ReceivedMessage> Control =
        Gen.Select(Gen.OneOf(WebSocketOpcode.Ping, WebSocketOpcode.Pong), Gen.Byte.Array[0, 125], (kind, payload) => new ReceivedMessage(kind, payload));

    // A message, the sizes of its fragments, and what comes between them.
    private static readonly Gen<(ReceivedMessage Message, int[] Fragments, ReceivedMessage[] Between, byte[] Key)> Sent =
        Gen.Select(Message, Gen.Int[0, 300].Array[0, 5], Control.Array[0, 3], Key);

    [Fact]
    public void Any_messages_in_any_fragments_with_control_frames_between_arrive_as_they_were_sent() =>
        Gen.Select(Sent.Array[0, 6], Sizes).Sample((sent, sizes) =>
        {
            List<byte[]> frames = [];
            List<ReceivedMessage> expected = [];
            foreach ((ReceivedMessage message, int[] fragments, ReceivedMessage[] between, byte[] key) in sent)
            {
                Send(message, fragments, between, key, frames, expected);
            }

            FrameReaderRun.Run(ClientFrames.Join([.. frames]), sizes, Rfc6455Cases.MaxMessageSize).AssertIs(expected, PeerSees.StillOpen);
        }, iter: 300);

    [Fact]
    public void Arbitrary_bytes_never_break_a_promise_and_the_network_does_not_change_the_verdict() =>
        Gen.Select(Gen.Byte.Array[0, 300], Sizes).Sample(AssertSameVerdict, iter: 5_000);

    [Fact]
    public void Nearly_right_bytes_never_break_a_promise_and_the_network_does_not_change_the_verdict() =>
        Gen.Select(Sloppy.Array[0, 8], Sizes).Sample((frames, sizes) => AssertSameVerdict(ClientFrames.Join(frames), sizes), iter: 5_000);

    // Masked frames of which most are right and some have a wrong bit, opcode, length or code: these get deep into the reader.
    private static Gen<byte[]> Sloppy => Gen.Select(
        Gen.OneOf(FirstBytes),
        Gen.OneOf(Gen.Byte[32, 127].Array[0, 60], Gen.Byte.Array[0, 130]),
        Key,
        Gen.Int[0, 200],
        (first, payload, key, noise) =>
        {
            byte[] frame = ClientFrames.Masked((WebSocketOpcode)(first & 0x0F), payload, (first & 0x80) != 0, key);
            frame[0] = (byte)first;
            frame[noise < frame.Length ? noise : 0] ^= (byte)(noise < 8 ? 1 << noise : 0);
            return frame;
        });

    private static void AssertSameVerdict(byte[] bytes, int[] sizes)
    {
        Outcome whole = FrameReaderRun.Run(bytes, Cuts.Whole, SmallLimit);
        FrameReaderRun.Run(bytes, sizes, SmallLimit).AssertIs(whole.Messages, whole.Sees);
        Assert.All(whole.Messages, message => Assert.InRange(message.Payload.Length, 0, 125));
    }

    private static void Send(
        ReceivedMessage message, int[] fragments, ReceivedMessage[] between, byte[] key, List<byte[]> frames, List<ReceivedMessage> expected)
    {
        WebSocketOpcode opcode = message.Kind;
        int start = 0;
        for (int i = 0; i < fragments.Length; i++)
        {
            int end = Math.Min(start + fragments[i], message.Payload.Length);
            frames.Add(ClientFrames.Masked(opcode, message.Payload[start..end], final: false, key));
            opcode = WebSocketOpcode.Continuation;
            start = end;
            if (i < between.Length)
            {
                frames.Add(ClientFrames.Masked(between[i].Kind, between[i].Payload, final: true, key));
                expected.Add(between[i]);
            }
        }

        frames.Add(ClientFrames.Masked(opcode, message.Payload[start..], final: true, key));
        expected.Add(message);
    }
}
