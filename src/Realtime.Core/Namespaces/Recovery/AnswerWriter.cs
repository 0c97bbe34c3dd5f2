using Realtime.Core.Sessions;

namespace Realtime.Core.Namespaces.Recovery;

/// <summary>Stores the answer to a message, as often as it takes: it was handled, and without the answer the next owner would handle it again.</summary>
/// <remarks>Stateless. A session has at most a window of such answers.</remarks>
internal static class AnswerWriter
{
    private static readonly TimeSpan s_firstPause = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan s_longestPause = TimeSpan.FromSeconds(1);

    /// <summary>Waits until it is stored.</summary>
    /// <returns>Whether it was taken; <see langword="null"/> when the session was over before, or nobody can come back to it any more.</returns>
    internal static async ValueTask<bool?> WriteAsync(RecoverableSession session, RealtimeSocket socket, ValueTask<bool> saving, SessionChange change, RecoveryEnvironment environment)
    {
        TimeSpan began = environment.Now;
        for (TimeSpan pause = s_firstPause; ; pause = pause * 2 < s_longestPause ? pause * 2 : s_longestPause)
        {
            try
            {
                return await saving.ConfigureAwait(false);
            }
#pragma warning disable CA1031 // Whatever a store of another package throws: it is away, and comes back.
            catch (Exception exception)
#pragma warning restore CA1031
            {
                NamespaceLog.RecoveryFailed(socket.Owner.Logger, exception, socket.Owner.Path.Value, socket.Id);
            }

            await Task.Delay(pause, environment.TimeProvider).ConfigureAwait(false);
            if ((session.IsOver && !session.IsLost) || environment.Now - began > environment.Options.Sessions.Window)
            {
                return null;
            }

            saving = environment.Store.SaveAsync(change, CancellationToken.None);
        }
    }
}
