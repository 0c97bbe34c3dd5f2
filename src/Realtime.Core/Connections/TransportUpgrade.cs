using Realtime.Core.Framing;
using Realtime.Core.Timing;
using Realtime.Core.Transports;

namespace Realtime.Core.Connections;

/// <summary>
/// A client trying a second transport: probe, answer, confirm. Messages keep flowing on the first one in both directions until the client confirms;
/// it does so only after its last request there has been answered, so nothing can be lost or overtaken.
/// </summary>
/// <remarks>Guarded by the read loop of the new transport and by the connection's gate.</remarks>
internal sealed class TransportUpgrade : WheelEntry
{
    /// <summary>How often a pending poll is released. The client confirms only when it has no poll pending; Node uses the same 100 ms.</summary>
    internal static readonly TimeSpan PollReleaseInterval = TimeSpan.FromMilliseconds(100);

    private readonly Connection _connection;
    private readonly TimeSpan _deadline;
    private volatile bool _probed;

    internal TransportUpgrade(Connection connection, ITransport transport)
    {
        _connection = connection;
        Transport = transport;
        _deadline = connection.Engine.Wheel.Now + connection.Engine.Options.UpgradeTimeout;
    }

    internal ITransport Transport { get; }

    internal void Handle(ITransport from, in Frame frame)
    {
        if (!ReferenceEquals(from, Transport))
        {
            return;
        }

        switch (frame.Kind)
        {
            case FrameKind.Ping when IsProbe(in frame) && Transport.CanSend:
                _probed = true;
                Transport.Send([Frames.ProbePong]);
                break;
            case FrameKind.Upgrade:
                _connection.CompleteUpgrade(this);
                break;
            default:
                _connection.FailUpgrade(Transport);
                break;
        }
    }

    /// <summary>Ends a pending poll with a noop when nothing else would end it.</summary>
    internal void ReleasePoll(ITransport old)
    {
        if (old.CanSend)
        {
            // Never through the queue: it could wait there and go out on the new transport, where a noop has no meaning.
            _connection.Outbound.TrySendNow(Frames.Noop);
        }
    }

    internal void Drop() => Transport.Close();

    protected internal override void OnDue()
    {
        if (_connection.State != ConnectionState.Upgrading)
        {
            return;
        }

        if (_connection.Engine.Wheel.Now >= _deadline)
        {
            _connection.FailUpgrade(Transport);
            return;
        }

        if (_probed)
        {
            // Every poll during the upgrade, not only the first: the client may have sent another before it saw our answer.
            ReleasePoll(_connection.Transport);
        }

        _connection.Engine.Wheel.Schedule(this, PollReleaseInterval);
    }

    private static bool IsProbe(in Frame frame) =>
        frame.Payload.Length == 5 && (frame.Payload.IsSingleSegment ? frame.Payload.FirstSpan : System.Buffers.BuffersExtensions.ToArray(frame.Payload)).SequenceEqual("probe"u8);
}
