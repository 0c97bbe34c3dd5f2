using Microsoft.Extensions.Logging;
using Realtime.Client.Connections;
using Realtime.Client.Diagnostics;
using Realtime.Client.Sending;
using Realtime.Core.Protocol;

namespace Realtime.Client.Authentication;

/// <summary>Keeps the token of one namespace fresh, with servers of ours: they tell when it is about to expire, and take a new one without a reconnect.</summary>
/// <remarks>Thread-safe.</remarks>
internal sealed class TokenKeeper(SocketLink link, RealtimeClientOptions options, ILogger logger) : IServerNotices
{
    private int _refreshing;

    internal event Action<TimeSpan>? Expiring;

    void IServerNotices.OnNotice(string eventName, in EventArgument argument)
    {
        if (eventName == ReservedEvents.Error)
        {
            ClientLog.EventRefused(logger, System.Text.Encoding.UTF8.GetString(argument.Json.Span));
        }
        else if (eventName == ReservedEvents.Authentication && ServerNotice.ReadState(in argument, out TimeSpan grace) == "expiring")
        {
            // Off the read loop: code of the application runs, and an answer of the server is awaited.
            _ = Task.Run(() => OnExpiringAsync(grace));
        }
    }

    /// <summary>Gives the server a new token.</summary>
    internal async ValueTask RefreshAsync(CancellationToken cancellationToken)
    {
        if (!link.Auth.Exists)
        {
            throw new InvalidOperationException("There is no auth callback to ask for a new token: give one to RealtimeClientBuilder.WithAuth.");
        }

        ReadOnlyMemory<byte> auth = await link.Auth.AskAsync(cancellationToken).ConfigureAwait(false);
        byte[] data = [.. "[\"$rt:auth\","u8, .. auth.IsEmpty ? "{}"u8 : auth.Span, (byte)']'];
        EventArguments answer = await link.Sender.AskOnceAsync(ReservedEvents.Authentication, new EventPayload(data, []), options.AckTimeout, isVolatile: false, cancellationToken).ConfigureAwait(false);
        if (AckError.Find(ReservedEvents.Authentication, answer) is { } refusal)
        {
            throw refusal;
        }
    }

    private async Task OnExpiringAsync(TimeSpan grace)
    {
        if (Interlocked.Exchange(ref _refreshing, 1) != 0)
        {
            return;
        }

        try
        {
            Expiring?.Invoke(grace);
            if (options.RefreshAuth && link.Auth.Exists)
            {
                await RefreshAsync(CancellationToken.None).ConfigureAwait(false);
            }
        }
#pragma warning disable CA1031 // Code of the application, or a server that refuses: the old token counts until it expires.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            ClientLog.RefreshFailed(logger, exception, link.Path.Value);
        }
        finally
        {
            Volatile.Write(ref _refreshing, 0);
        }
    }
}
