using Realtime.Core.Transports;

namespace Realtime.Core.Connections;

/// <summary>Ends that come from outside the read loop: on a pool thread, where an exception would end the process and with it all other connections.</summary>
internal static class ConnectionEnd
{
    /// <summary>A transport says that it is over.</summary>
    internal static void OnClosed(Connection connection, ITransport transport, Exception? cause)
    {
        try
        {
            if (ReferenceEquals(transport, connection.Transport))
            {
                connection.End(cause is null ? CloseReason.TransportClose : CloseReason.TransportError);
            }
            else
            {
                connection.FailUpgrade(transport);
            }
        }
#pragma warning disable CA1031 // Transports and handlers of others are called here.
        catch (Exception unexpected)
#pragma warning restore CA1031
        {
            ConnectionLog.ClosingFailed(connection.Engine.Logger, unexpected, connection.Id);
        }
    }

    /// <summary>Closes on a pool thread, for callers that hold something that the layers above may want.</summary>
    internal static void CloseSoon(Connection connection, CloseReason reason) =>
        ThreadPool.UnsafeQueueUserWorkItem(static closing => Close(closing.Connection, closing.Reason), (Connection: connection, Reason: reason), preferLocal: false);

    private static void Close(Connection connection, CloseReason reason)
    {
        try
        {
            connection.Close(reason, discard: true);
        }
#pragma warning disable CA1031 // As above.
        catch (Exception unexpected)
#pragma warning restore CA1031
        {
            ConnectionLog.ClosingFailed(connection.Engine.Logger, unexpected, connection.Id);
        }
    }
}
