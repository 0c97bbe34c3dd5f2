namespace Realtime.Core.Namespaces.Pipeline;

/// <summary>Decides on clients that ask to join a namespace.</summary>
/// <remarks>Thread-safe.</remarks>
internal sealed class Admission(Namespace owner, NamespaceDefinition definition, NamespaceEnvironment environment)
{
    /// <summary>Asks the middlewares.</summary>
    /// <returns>What the client is told when it is refused; <see langword="null"/> when it is welcome.</returns>
    internal async ValueTask<Refusal?> AdmitAsync(RealtimeSocket socket)
    {
        if (definition.Middlewares.Count == 0)
        {
            return null;
        }

        bool admitted = false;
        var context = new ConnectingContext(socket, environment.Services);
        try
        {
            await CallAsync(0, context).ConfigureAwait(false);
            return context.Refusal ?? (admitted ? null : Refusal.Unexplained);
        }
        catch (ConnectionRefusedException refused)
        {
            return new Refusal(refused.Message, refused.Details);
        }
#pragma warning disable CA1031 // A middleware that throws refuses one client; it must not take anything else with it.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            NamespaceLog.MiddlewareFailed(environment.Logger, exception, owner.Path.Value, socket.Id);
            return Refusal.Failed;
        }

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
