using System.Diagnostics.Metrics;
using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using Realtime.Core.Connections;
using Realtime.Core.Diagnostics;
using Realtime.Core.Framing;

namespace Realtime.Schedules.Scenarios;

/// <summary>An engine on a clock that stands still, which counts how connections end and what was dropped.</summary>
internal sealed class EngineBench : IConnectionHandler, IDisposable
{
    private readonly RealtimeMeter _meter = new();
    private readonly MeterListener _listener = new();
    private readonly List<EncodedPacket> _packets = [];

    internal EngineBench(long maxBufferedBytes = 1024 * 1024)
    {
        Engine = new ConnectionEngine(new ConnectionOptions { MaxBufferedBytes = maxBufferedBytes }, this, _meter, NullLogger.Instance, Time);
        _listener.InstrumentPublished = static (instrument, listener) =>
        {
            if (instrument.Name.EndsWith("messages.dropped", StringComparison.Ordinal))
            {
                listener.EnableMeasurementEvents(instrument);
            }
        };
        _listener.SetMeasurementEventCallback<long>((_, count, _, _) => Dropped += count);
        _listener.Start();
    }

    internal ManualTime Time { get; } = new();

    internal ConnectionEngine Engine { get; }

    internal List<CloseReason> Closed { get; } = [];

    internal long Dropped { get; private set; }

    /// <summary>Gets how many packets still have an owner.</summary>
    internal int Owned => _packets.Count(static packet => IsOwned(packet));

    /// <summary>Makes a packet whose buffer goes back when its last owner is done.</summary>
    internal EncodedPacket Packet(string text, PacketShedding shedding = PacketShedding.Never)
    {
        EncodedPacketWriter output = EncodedPacketWriter.Rent();
        output.BeginText();
        System.Buffers.BuffersExtensions.Write(output, Encoding.UTF8.GetBytes(text));
        output.EndMessage();
        EncodedPacket packet = output.Build(compress: true, new SheddingRule(shedding, default));
        _packets.Add(packet);
        return packet;
    }

    public void OnOpened(Connection connection)
    {
    }

    public ValueTask OnMessageAsync(Connection connection, in Frame frame) => default;

    public void OnClosed(Connection connection, CloseReason reason) => Closed.Add(reason);

    public void Dispose()
    {
        _listener.Dispose();
        Engine.Dispose();
        _meter.Dispose();
    }

    private static bool IsOwned(EncodedPacket packet)
    {
        try
        {
            return packet.WebSocketForm.Length > 0;
        }
        catch (ObjectDisposedException)
        {
            return false;
        }
    }
}
