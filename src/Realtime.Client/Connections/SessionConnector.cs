using Realtime.Client.Diagnostics;
using Realtime.Client.States;
using Realtime.Client.Transports;
using Realtime.Core.Framing;
using Realtime.Core.Transports;

namespace Realtime.Client.Connections;

/// <summary>Opens sessions: picks a transport, connects it, reads the open frame.</summary>
/// <remarks>Confined to the reconnect loop.</remarks>
internal sealed class SessionConnector(IClientTransportFactory transports, TransportChoice choice, SessionSettings settings)
{
    /// <summary>Opens a session on the first transport that works.</summary>
    /// <exception cref="TransportFailedException">None does.</exception>
    internal async Task<EngineSession> OpenAsync(ISessionOwner owner, CancellationToken cancellationToken)
    {
        string[] candidates = choice.Candidates;
        for (int i = 0; ; i++)
        {
            try
            {
                return await OpenAsync(candidates[i], owner, cancellationToken).ConfigureAwait(false);
            }
            catch (TransportFailedException failure) when (i + 1 < candidates.Length && failure.Reason != ClientCloseReason.Forbidden)
            {
                ClientLog.TransportUnavailable(settings.Logger, candidates[i], failure.Message);
            }
        }
    }

    private async Task<EngineSession> OpenAsync(string name, ISessionOwner owner, CancellationToken cancellationToken)
    {
        IClientTransport transport = transports.Create(name, connectionId: null);
        try
        {
            await transport.OpenAsync(cancellationToken).ConfigureAwait(false);
            TransportMessage? first = await transport.ReceiveAsync(cancellationToken).ConfigureAwait(false);
            if (first is not { } message || !FrameReader.TryRead(in message, out Frame frame) || frame.Kind != FrameKind.Open || !HandshakeInfo.TryRead(frame.Payload, out HandshakeInfo? handshake))
            {
                throw new TransportFailedException(ClientCloseReason.ParseError, "The server did not begin with an open frame: it may not speak Engine.IO v4.");
            }

            (transport as PollingClientTransport)?.Use(handshake);
            ClientLog.SessionOpened(settings.Logger, handshake.ConnectionId, name);
            bool upgrades = choice.AllowsUpgrade && handshake.Upgrades.Contains(TransportNames.WebSocket);
            choice.Remember(name); // polling too: where WebSocket is blocked, not every connection is to find that out anew
            var session = new EngineSession(transport, handshake, owner, settings);
            session.Start(upgrades && transport is PollingClientTransport polling
                ? started => new SessionUpgrade(transports.Create(TransportNames.WebSocket, handshake.ConnectionId), choice, settings.Logger).RunAsync(started, polling, started.Stopping)
                : null);
            return session;
        }
        catch
        {
            await transport.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }
}
