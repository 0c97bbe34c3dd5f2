using Realtime.Core.Authentication;
using Realtime.Core.Namespaces.Recovery;

namespace Realtime.Core.Namespaces.Pipeline;

/// <summary>Decides on clients that ask to join a namespace.</summary>
/// <remarks>Thread-safe.</remarks>
internal sealed class Admission(Namespace owner, NamespaceDefinition definition, NamespaceEnvironment environment)
{
    /// <summary>Authenticates the client, finds its session when it wants to recover one, then asks the middlewares.</summary>
    /// <returns>What the client is told when it is refused; <see langword="null"/> when it is welcome.</returns>
    internal async ValueTask<Refusal?> AdmitAsync(RealtimeSocket socket, RecoveryRequest? request)
    {
        try
        {
            return await owner.Pipeline.Authentication.AdmitAsync(socket).ConfigureAwait(false)
                ?? (request is null ? null : await owner.Recovery.BeginAsync(socket, request).ConfigureAwait(false))
                ?? (definition.Middlewares.Count == 0 || (socket.IsRecovered && environment.Recovery.Options.SkipMiddlewares) ? null : await AskAsync(socket).ConfigureAwait(false));
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
