using System.Text;
using Realtime.Core.Framing;
using Realtime.Core.Transports;
using Realtime.Schedules.Scheduling;

namespace Realtime.Schedules.Scenarios;

/// <summary>
/// A transport that keeps to its contract, says when its caller does not, and lets others in while it sends. It takes one write, and the next when the client says so.
/// </summary>
/// <remarks>Guarded by the turn of the schedule.</remarks>
internal sealed class ModelTransport(string name, List<string> log) : ITransport
{
    private readonly Queue<TransportMessage> _incoming = new();
    private bool _isSending;
    private bool _isReady;

    public string Name => name;

    public bool CanSend => _isReady && !IsAborted;

    public long UnsentBytes { get; private set; }

    internal bool IsClosed { get; private set; }

    internal bool IsAborted { get; private set; }

    internal bool HasEnded => IsClosed || IsAborted;

    /// <summary>Gets or sets a value indicating whether it takes the next write without being asked.</summary>
    internal bool IsFast { get; set; }

    /// <summary>Gets a value indicating whether the client has something to take.</summary>
    internal bool HasWritten => !_isReady;

    public void Send(ReadOnlySpan<EncodedPacket> packets)
    {
        if (_isSending || !_isReady)
        {
            Controlled.Fail(_isSending ? "Two threads send on one transport." : "Something is sent while the transport cannot send.");
        }

        _isSending = true;
        _isReady = false;
        foreach (EncodedPacket packet in packets)
        {
            foreach (EncodedMessage message in packet.Messages)
            {
                Controlled.Meeting("the transport");
                if (!IsAborted && !IsClosed)
                {
                    UnsentBytes += message.Data.Length;
                    log.Add(Encoding.UTF8.GetString(message.Data.Span));
                }
            }
        }

        _isSending = false;
        if (IsFast)
        {
            Take();
        }
    }

    /// <summary>The client takes what was written, and can be sent more unless that was the last that it takes here.</summary>
    internal void Take(bool isLast = false)
    {
        UnsentBytes = 0;
        _isReady = !isLast;
    }

    internal void Receive(string message) => _incoming.Enqueue(TransportMessage.Create(isBinary: false, Encoding.UTF8.GetBytes(message)));

    public bool TryRead(out TransportMessage message) => _incoming.TryDequeue(out message);

    public void Close()
    {
        Controlled.Meeting("the end of the transport");
        IsClosed = true;
    }

    public void Abort()
    {
        Controlled.Meeting("the end of the transport");
        IsAborted = true;
        UnsentBytes = 0;
    }
}
