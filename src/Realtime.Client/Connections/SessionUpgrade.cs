using System.Buffers;
using Microsoft.Extensions.Logging;
using Realtime.Client.Diagnostics;
using Realtime.Client.Transports;
using Realtime.Core.Framing;

namespace Realtime.Client.Connections;

/// <summary>Moves a session from long-polling to WebSocket without losing or reordering a packet. Where it fails before the point of no return, polling goes on.</summary>
internal sealed class SessionUpgrade(IClientTransport webSocket, TransportChoice choice, ILogger logger)
{
    private static readonly EncodedPacket s_probe = EncodedPacket.CreateConstant("2probe"u8);
    private static readonly EncodedPacket s_upgrade = EncodedPacket.CreateConstant("5"u8);

    internal async Task RunAsync(EngineSession session, PollingClientTransport polling, CancellationToken cancellationToken)
    {
        bool isPaused = false;
        bool isDone = false;
        try
        {
            // (1) Both directions stay on polling until the server has answered on the new wire.
            await webSocket.OpenAsync(cancellationToken).ConfigureAwait(false);
            await webSocket.SendAsync(new[] { s_probe }, cancellationToken).ConfigureAwait(false);
            if (!IsProbeAnswer(await webSocket.ReceiveAsync(cancellationToken).ConfigureAwait(false)))
            {
                throw new TransportFailedException(States.ClientCloseReason.TransportError, "The probe was not answered.");
            }

            // (2) Our request that brings packets is over, then the one that waits for some: the server ends it, with packets or with a noop.
            await session.Writer.PauseAsync(cancellationToken).ConfigureAwait(false);
            isPaused = true;
            await polling.PauseAsync().WaitAsync(cancellationToken).ConfigureAwait(false);

            // (3) From here on the server may send on the new wire: there is no way back.
            await webSocket.SendAsync(new[] { s_upgrade }, cancellationToken).ConfigureAwait(false);
            isDone = true;
            choice.Remember(webSocket.Name);
            ClientLog.Upgraded(logger, session.Handshake.ConnectionId, webSocket.Name);
        }
        catch (Exception exception) when (exception is TransportFailedException or OperationCanceledException)
        {
            ClientLog.UpgradeFailed(logger, session.Handshake.ConnectionId, exception.Message);
        }
        finally
        {
            if (isPaused)
            {
                session.ResumeWriting(isDone ? webSocket : null);
                polling.EndPause(goOn: !isDone);
            }

            await (isDone ? polling : webSocket).DisposeAsync().ConfigureAwait(false);
        }
    }

    private static bool IsProbeAnswer(TransportMessage? answer) =>
        answer is { IsBinary: false } message && message.Data.Length == 6 && message.Data.ToArray().AsSpan().SequenceEqual("3probe"u8);
}
