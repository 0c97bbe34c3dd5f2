using System.Threading.Channels;
using Realtime.Client.States;
using Realtime.Contracts;

namespace Realtime.Client.Interop.Tests.Support;

/// <summary>Every change of state of a client or of one of its sockets, in order.</summary>
/// <remarks>Confined to its test.</remarks>
internal sealed class StateLog
{
    private readonly Channel<StateChange> _changes = Channel.CreateUnbounded<StateChange>();

    private StateLog()
    {
    }

    /// <summary>Gets the changes that have been read so far.</summary>
    internal List<StateChange> Seen { get; } = [];

    internal static StateLog Of(RealtimeClient client)
    {
        var log = new StateLog();
        client.StateChanged += change => log._changes.Writer.TryWrite(change);
        return log;
    }

    internal static StateLog Of(ClientSocket socket)
    {
        var log = new StateLog();
        socket.StateChanged += change => log._changes.Writer.TryWrite(change);
        return log;
    }

    /// <summary>Waits for the next change to a state, whatever lies between.</summary>
    internal async Task<StateChange> UntilAsync(ClientState state)
    {
        while (true)
        {
            StateChange change;
            try
            {
                change = await _changes.Reader.ReadAsync(Bounded.Token());
            }
            catch (OperationCanceledException)
            {
                throw new TimeoutException($"It never became {state}; it was {string.Join(", ", Seen.Select(static seen => $"{seen.Current} ({seen.Message})"))}.");
            }

            Seen.Add(change);
            if (change.Current == state)
            {
                return change;
            }
        }
    }

    /// <summary>Takes what has come since the last read, without waiting.</summary>
    internal List<StateChange> TakeAll()
    {
        List<StateChange> taken = [];
        while (_changes.Reader.TryRead(out StateChange? change))
        {
            taken.Add(change);
        }

        Seen.AddRange(taken);
        return taken;
    }
}
