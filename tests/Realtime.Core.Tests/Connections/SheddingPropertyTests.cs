using CsCheck;
using Realtime.Core.Connections;
using Realtime.Core.Framing;
using Realtime.Core.Identifiers;

namespace Realtime.Core.Tests.Connections;

/// <summary>Whatever is sent to a client that reads when it likes: what it gets is in order, nothing is missing that may not be, and never does more wait than is allowed.</summary>
public sealed class SheddingPropertyTests
{
    private const int MaxBytes = 2000;

    private enum Act
    {
        Send,
        Pause,
        Resume,
        Batch,
    }

    private static readonly Gen<(Act Act, PacketShedding Shedding, int Size, int Key)> s_step = Gen.Select(
        Gen.Frequency((20, Gen.Const(Act.Send)), (2, Gen.Const(Act.Pause)), (1, Gen.Const(Act.Resume)), (1, Gen.Const(Act.Batch))),
        Gen.Enum<PacketShedding>(),
        Gen.OneOf(Gen.Int[1, 40], Gen.Int[100, 900]),
        Gen.Int[0, 3]);

    [Fact]
    public void What_arrives_is_in_order_and_lacks_nothing_that_is_protected() => s_step.Array[1, 200].Sample(steps =>
    {
        using var engine = new TestEngine(options => options.MaxBufferedBytes = MaxBytes);
        var transport = new RecordingTransport();
        Connection connection = transport.Accept(engine.Engine);
        var sent = new List<(int Number, PacketShedding Shedding, int Key)>();
        FlushScope? scope = null;
        bool overflowed = false;
        foreach ((Act act, PacketShedding shedding, int size, int key) in steps)
        {
            switch (act)
            {
                case Act.Pause:
                    transport.CanSend = false;
                    break;
                case Act.Resume:
                    transport.CanSend = true;
                    connection.OnWritable(transport);
                    break;
                case Act.Batch when scope is null:
                    scope = FlushScope.Enter();
                    break;
                case Act.Batch:
                    scope!.Exit();
                    scope = null;
                    break;
                default:
                    EncodedPacket packet = Encode(sent.Count, shedding, size, key);
                    bool taken = connection.Send(packet);
                    overflowed |= !taken && shedding is PacketShedding.Never or PacketShedding.SameKey && !taken;
                    packet.Release();
                    sent.Add((sent.Count, shedding, key));
                    break;
            }

            Assert.True(connection.Outbound.BufferedBytes <= MaxBytes);
            if (overflowed)
            {
                scope?.Exit();
                return; // closed as too slow, as it should where nothing is left to drop
            }
        }

        scope?.Exit();
        transport.CanSend = true;
        connection.OnWritable(transport);
        int[] arrived = [.. transport.Writes.SelectMany(write => write.Split('|')).Select(line => int.Parse(line[2..].Split(',')[0], System.Globalization.CultureInfo.InvariantCulture))];

        Assert.Equal(arrived.Order().Distinct(), arrived);
        HashSet<int> set = [.. arrived];
        Assert.Equal([], sent.Where(one => one.Shedding == PacketShedding.Never && !set.Contains(one.Number)));
        foreach (IGrouping<int, (int Number, PacketShedding Shedding, int Key)> key in sent.Where(one => one.Shedding == PacketShedding.SameKey).GroupBy(one => one.Key))
        {
            Assert.Contains(key.Last().Number, set); // the newest value always comes
        }

        Assert.Equal(0, connection.Outbound.BufferedBytes);
        Assert.Equal(0, engine.Engine.Congestion.Count);
    });

    [Fact]
    public void A_packet_with_attachments_is_dropped_as_a_whole_or_not_at_all() => Gen.Int[1, 300].Array[1, 60].Sample(sizes =>
    {
        using var engine = new TestEngine(options => options.MaxBufferedBytes = 1000);
        var transport = new RecordingTransport();
        Connection connection = transport.Accept(engine.Engine);
        transport.CanSend = false;
        foreach (int size in sizes)
        {
            EncodedPacketWriter output = EncodedPacketWriter.Rent();
            output.BeginText();
            output.EndMessage();
            output.WriteBinaryMessage(new byte[size]);
            EncodedPacket packet = output.Build(compress: true, new SheddingRule(PacketShedding.Oldest, default));
            connection.Send(packet);
            packet.Release();
        }

        transport.CanSend = true;
        connection.OnWritable(transport);
        string[] lines = [.. transport.Writes.SelectMany(write => write.Split('|'))];
        for (int i = 0; i < lines.Length; i++)
        {
            Assert.Equal(i % 2 == 0, lines[i] == "4");
        }

        Assert.Equal(0, lines.Length % 2);
        Assert.NotEmpty(lines);
    });

    internal static EncodedPacket Encode(int number, PacketShedding shedding, int size, int key = 0)
    {
        EncodedPacketWriter output = EncodedPacketWriter.Rent();
        output.BeginText();
        System.Buffers.BuffersExtensions.Write(output, Wire.Utf8($"2{number},{new string('x', size)}"));
        output.EndMessage();
        return output.Build(compress: true, new SheddingRule(shedding, shedding == PacketShedding.SameKey ? new ConflationKey(NamespacePath.Root, $"{key}") : default));
    }
}
