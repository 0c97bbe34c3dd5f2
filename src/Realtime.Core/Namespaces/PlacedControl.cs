using Realtime.Core.Backplane;

namespace Realtime.Core.Namespaces;

/// <summary>A join, leave or disconnect that has its place among what is numbered in a namespace.</summary>
internal sealed class PlacedControl(Namespace owner, Publication publication, long order) : PlacedPublication
{
    public override ValueTask SendAsync()
    {
        RealtimeSocket[] sockets = [.. owner.Select(publication.Audience).Where(static socket => socket.Recovery is not null)];
        ValueTask applied = owner.ApplyAsync(publication);
        return sockets.Length == 0 ? applied : NoteAsync(applied, sockets);
    }

    // Whoever loses its connection in this moment finds the entry in the log, and has to know whether it was applied.
    private async ValueTask NoteAsync(ValueTask applied, RealtimeSocket[] sockets)
    {
        await applied.ConfigureAwait(false);
        foreach (RealtimeSocket socket in sockets)
        {
            socket.Recovery?.Control.Applied(order);
        }
    }
}
