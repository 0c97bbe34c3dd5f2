namespace Realtime.Client.Sending;

/// <summary>What goes out next: what has to go out again, then what waits, in order. The window of the server holds back numbered events only.</summary>
/// <remarks>Guarded by the gate of the outbox.</remarks>
internal sealed class SendOrder(WaitingPackets waiting, UnconfirmedMessages unconfirmed, PendingCalls calls)
{
    private TaskCompletionSource? _confirmed;

    /// <summary>Gets a value indicating whether something could go out at once.</summary>
    internal bool HasReady => waiting.PassingCount > 0 || (waiting.First is { } first && CanGoOut(first.Value));

    /// <summary>Takes the next packet out, with a number where it gets one.</summary>
    internal OutgoingPacket? TakeNext()
    {
        if (unconfirmed.TakeResend() is { } again)
        {
            return again;
        }

        if (FindNext() is not { } packet)
        {
            return null;
        }

        waiting.Remove(packet);
        if (packet.IsNumberable && unconfirmed.IsNumbering)
        {
            unconfirmed.Add(packet, packet.AckId ?? calls.NextId());
        }
        else if (packet.Call is { } call)
        {
            call.IsSent = true;
        }

        return packet;
    }

    /// <summary>Gets what completes when everything that gets a number has gone out and is confirmed.</summary>
    internal Task WhenConfirmed()
    {
        if (IsConfirmed)
        {
            return Task.CompletedTask;
        }

        _confirmed ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        return _confirmed.Task;
    }

    /// <summary>Lets those go on who wait for that, if it is so, or if there is nothing to wait for any more.</summary>
    internal void SignalConfirmed(bool isOver)
    {
        if (isOver || IsConfirmed)
        {
            _confirmed?.TrySetResult();
            _confirmed = null;
        }
    }

    private bool IsConfirmed => !unconfirmed.IsNumbering || (unconfirmed.IsEmpty && waiting.Count == waiting.PassingCount);

    private OutgoingPacket? FindNext()
    {
        LinkedListNode<OutgoingPacket>? next = waiting.First;
        if (next is not null && !CanGoOut(next.Value))
        {
            // Its window is full, and so it is for all events behind it; what has no number passes.
            for (next = waiting.PassingCount > 0 ? next.Next : null; next is { Value.IsNumberable: true }; next = next.Next)
            {
            }
        }

        return next?.Value;
    }

    private bool CanGoOut(OutgoingPacket packet) => !packet.IsNumberable || !unconfirmed.IsNumbering || unconfirmed.HasRoomFor(packet);
}
