namespace Realtime.Core.Namespaces.Recovery;

/// <summary>What is still to be done for a socket that has ended, which nobody waits for. When it fails it is in the log; the store and the backplane let go of it by themselves in time.</summary>
internal static class BackgroundEnd
{
    internal static void Run(ValueTask ending, RealtimeSocket socket)
    {
        if (!ending.IsCompletedSuccessfully)
        {
            _ = AwaitAsync(ending, socket);
        }
    }

    private static async Task AwaitAsync(ValueTask ending, RealtimeSocket socket)
    {
        try
        {
            await ending.ConfigureAwait(false);
        }
#pragma warning disable CA1031 // It is in the log.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            NamespaceLog.RecoveryFailed(socket.Owner.Logger, exception, socket.Owner.Path.Value, socket.Id);
        }
    }
}
