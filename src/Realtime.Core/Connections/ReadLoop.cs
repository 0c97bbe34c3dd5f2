using Realtime.Core.Framing;
using Realtime.Core.Transports;

namespace Realtime.Core.Connections;

/// <summary>Brings frames up: from a transport through framing to the connection itself or to the layer above.</summary>
/// <remarks>Has no state: a connection that is idle has no loop running, its transport calls when something has arrived.</remarks>
internal static class ReadLoop
{
    internal static ValueTask RunAsync(Connection connection, ITransport transport)
    {
        ValueTask pending = ReadBatch(connection, transport);
        return pending.IsCompletedSuccessfully ? default : RunSlowlyAsync(connection, transport, pending);
    }

    /// <summary>Works through what has arrived. Ends early when the layer above needs time; then that is what it returns.</summary>
    private static ValueTask ReadBatch(Connection connection, ITransport transport)
    {
        FlushScope scope = FlushScope.Enter();
        try
        {
            while (transport.TryRead(out TransportMessage message))
            {
                ValueTask handled = Handle(connection, transport, in message);
                if (!handled.IsCompletedSuccessfully)
                {
                    return handled;
                }
            }
        }
        catch (TransportException broken)
        {
            transport.Abort();
            connection.OnClosed(transport, broken);
        }
#pragma warning disable CA1031 // Whatever the layer above throws ends its connection, before its first await as well as behind it.
        catch (Exception unexpected)
#pragma warning restore CA1031
        {
            Fail(connection, unexpected);
        }
        finally
        {
            scope.Exit();
        }

        return default;
    }

    private static async ValueTask RunSlowlyAsync(Connection connection, ITransport transport, ValueTask pending)
    {
        do
        {
            connection.SetReading(suspended: true);
            try
            {
                await pending.ConfigureAwait(false);
            }
#pragma warning disable CA1031 // As in ReadBatch.
            catch (Exception unexpected)
#pragma warning restore CA1031
            {
                Fail(connection, unexpected);
            }

            connection.SetReading(suspended: false);
            pending = ReadBatch(connection, transport);
        }
        while (!pending.IsCompletedSuccessfully);
    }

    private static ValueTask Handle(Connection connection, ITransport transport, in TransportMessage message)
    {
        if (!connection.Protocol.TryRead(in message, out Frame frame))
        {
            connection.Fail(transport, CloseReason.ParseError);
            return default;
        }

        if (!ReferenceEquals(transport, connection.Transport))
        {
            connection.Upgrade?.Handle(transport, in frame);
            return default;
        }

        if (!connection.IsOpen)
        {
            return default;
        }

        connection.NoteSignOfLife(frame.Kind == FrameKind.Pong);
        switch (frame.Kind)
        {
            case FrameKind.Message:
                connection.Engine.Meter.MessageReceived(frame.Payload.Length);
                return connection.Engine.Handler.OnMessageAsync(connection, in frame);
            case FrameKind.Close:
                connection.End(CloseReason.TransportClose);
                return default;
            case FrameKind.Ping:
                // Since version 4 the server asks; a client that asks speaks another version.
                connection.Close(CloseReason.TransportError, discard: true);
                return default;
            default:
                return default; // open, pong, upgrade, noop: nothing to do on an established connection
        }
    }

    private static void Fail(Connection connection, Exception unexpected)
    {
        ConnectionLog.HandlerFailed(connection.Engine.Logger, unexpected, connection.Id);
        connection.Close(CloseReason.ForcedClose);
    }
}
