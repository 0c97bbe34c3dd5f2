using Realtime.Core.Protocol;

namespace Realtime.Client.Sending;

/// <summary>The way of events into the outbox: those that find no room wait for it in the order of their calls.</summary>
/// <remarks>Thread-safe.</remarks>
internal sealed class EmitLine(Outbox outbox)
{
    private readonly WaitingLine _line = new();

    /// <summary>Waits for room while the network is behind, so that who emits in a loop is slowed down and not refused.</summary>
    internal async ValueTask AddAsync(OutgoingPacket packet, Task<EventArguments>? call, CancellationToken cancellationToken)
    {
        if (!_line.IsEmpty || outbox.TryAdd(packet) is not null)
        {
            await AddInTurnAsync(packet, call, cancellationToken).ConfigureAwait(false);
        }
    }

    private async ValueTask AddInTurnAsync(OutgoingPacket packet, Task? call, CancellationToken cancellationToken)
    {
        WaitingLine.Place place = _line.Enter();
        try
        {
            await UntilAsync(place.Turn).ConfigureAwait(false);
            while (outbox.TryAdd(packet) is { } room)
            {
                await UntilAsync(room).ConfigureAwait(false);
            }
        }
        finally
        {
            place.Leave();
        }

        // Throws what ended the call, or the wait, meanwhile.
        async Task UntilAsync(Task wanted) =>
            await (await Task.WhenAny(wanted.WaitAsync(cancellationToken), call ?? wanted).ConfigureAwait(false)).ConfigureAwait(false);
    }
}
