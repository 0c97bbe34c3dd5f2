using Realtime.Core.Authentication;
using Realtime.Core.Connections;
using Realtime.Core.Namespaces.Recovery;

namespace Realtime.Core.Namespaces.Pipeline;

/// <summary>Decides on clients that ask to join a namespace.</summary>
/// <remarks>Thread-safe.</remarks>
internal sealed class Admission(Namespace owner, NamespaceDefinition definition, NamespaceEnvironment environment)
{
    /// <summary>Authenticates the client, asks the middlewares, and finds its session when it wants to recover one: behind them, because they may decide who the user is.</summary>
    /// <returns>What the client is told when it is refused; <see langword="null"/> when it is welcome.</returns>
    internal async ValueTask<Refusal?> AdmitAsync(RealtimeSocket socket, RecoveryRequest? request)
    {
        try
        {
            Refusal? refusal = await owner.Pipeline.Authentication.AdmitAsync(socket).ConfigureAwait(false);
            if (refusal is null && request is not null && environment.Recovery.Options.SkipMiddlewares)
            {
                refusal = await RecoverAsync(socket, owner.Recovery.ResumeAsync(socket, request)).ConfigureAwait(false);
            }

            if (refusal is not null || socket.IsRecovered)
            {
                return refusal;
            }

            refusal = definition.Middlewares.Count == 0 ? null : await AskAsync(socket).ConfigureAwait(false);
            return refusal is null && request is not null ? await RecoverAsync(socket, owner.Recovery.BeginAsync(socket, request)).ConfigureAwait(false) : refusal;
        }
        catch (ConnectionRefusedException refused)
        {
            return new Refusal(refused.Message, refused.Details);
        }
        catch (RoomForbiddenException)
        {
            return Refusal.WithCode(AuthenticationCodes.Forbidden, "Forbidden");
        }
#pragma warning disable CA1031 // A middleware that throws refuses one client; it must not take anything else with it.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            NamespaceLog.MiddlewareFailed(environment.Logger, exception, owner.Path.Value, socket.Id);
            return Refusal.Failed;
        }
    }

    // A store that cannot be had now refuses nobody: who is refused does not come back by itself, and who loses a connection does.
    private async ValueTask<Refusal?> RecoverAsync(RealtimeSocket socket, ValueTask<Refusal?> recovering)
    {
        try
        {
            return await recovering.ConfigureAwait(false);
        }
#pragma warning disable CA1031 // Whatever a store of another package throws.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            NamespaceLog.RecoveryFailed(environment.Logger, exception, owner.Path.Value, socket.Id);
            socket.Connection.Close(CloseReason.TransportError, discard: true);
            return Refusal.Failed;
        }
    }

    private async ValueTask<Refusal?> AskAsync(RealtimeSocket socket)
    {
        bool admitted = false;
        var context = new ConnectingContext(socket, environment.Services);
        await CallAsync(0, context).ConfigureAwait(false);
        return context.Refusal ?? (admitted ? null : Refusal.Unexplained);

        ValueTask CallAsync(int index, ConnectingContext current)
        {
            if (current.IsRefused)
            {
                return default;
            }

            if (index < definition.Middlewares.Count)
            {
                return definition.Middlewares[index](current, next => CallAsync(index + 1, next));
            }

            admitted = true;
            return default;
        }
    }
}
