using Realtime.Core.Protocol;

namespace Realtime.Core.Tests.Protocol;

public sealed class GoldenPacketTests
{
    public static TheoryData<string> Names => [.. PacketExamples.All.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void A_packet_is_written_as_the_file_has_it(string name)
    {
        Packet packet = PacketExamples.All[name];

        Golden.Match(name, Wire.Lines(Wire.Encode(packet)));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void The_file_is_read_as_the_packet(string name)
    {
        Packet expected = PacketExamples.All[name];

        Packet read = Read(Golden.Read(name).Split('\n'));

        SamePacket.Assert(expected, read);
    }

    private static Packet Read(string[] lines)
    {
        Packet packet = Wire.Packet(lines[0]);
        if (lines.Length == 1)
        {
            return packet;
        }

        var partial = new PartialPacket(packet);
        for (int i = 1; i < lines.Length; i++)
        {
            byte[] data = Convert.FromHexString(lines[i]["<bin ".Length..^1]);
            Assert.Equal(i == lines.Length - 1, partial.TryComplete(new System.Buffers.ReadOnlySequence<byte>(data), out packet));
        }

        return packet;
    }
}
