using Realtime.Core.Framing;
using Realtime.Core.Transports;

namespace Realtime.Core.Tests.Transports;

/// <summary>Accepts a transport and writes down what it reports.</summary>
internal sealed class Receiver : ITransportReceiver
{
    internal List<string> Seen { get; } = [];

    internal Exception? Cause { get; private set; }

    internal int Readings { get; private set; }

    /// <summary>Completes a reading only when this task does.</summary>
    internal Task Held { get; set; } = Task.CompletedTask;

    internal bool TakesMessages { get; set; } = true;

    internal Exception? Failure { get; set; }

    public async ValueTask OnReadableAsync(ITransport transport)
    {
        Readings++;
        while (TakesMessages && transport.TryRead(out TransportMessage message))
        {
            Seen.Add(message.IsBinary ? "<bin>" : Wire.Text(message.Data));
        }

        await Held;
        if (Failure is not null)
        {
            throw Failure;
        }
    }

    public void OnWritable(ITransport transport) => Seen.Add("writable");

    public void OnClosed(ITransport transport, Exception? cause)
    {
        Seen.Add("closed");
        Cause = cause;
    }
}
