using System.Text;
using Realtime.Core.Protocol;

namespace Realtime.Core.Namespaces.Pipeline;

/// <summary>What an event passes before anything is read from its payload: the gates of its namespace, then its own. A refused event is answered here.</summary>
/// <remarks>Immutable, thread-safe.</remarks>
internal sealed class EventGates
{
    private readonly Namespace _namespace;
    private readonly NamespaceEnvironment _environment;
    private readonly EventGate[] _gates;
    private readonly EventGate[] _asking;

    internal EventGates(Namespace owner, NamespaceDefinition definition, NamespaceEnvironment environment)
    {
        _namespace = owner;
        _environment = environment;
        _gates = [.. definition.EventGates.Select(create => create(environment))];
        _asking = [.. _gates.Where(static gate => gate.AsksOthers)];
    }

    internal bool Passes(RealtimeSocket socket, in Packet packet, EventRoute? route)
    {
        EventRefusal? refusal = Check(_gates, socket, in packet) ?? (route is null ? ReservedName.Check(in packet) : Check(route.Gates, socket, in packet));
        if (refusal is null)
        {
            return true;
        }

        Refuse(socket, in packet, route, refusal);
        return false;
    }

    /// <summary>Gets whether an event that has passed here needs the consent of others.</summary>
    internal bool AskOthers(EventRoute? route) => _asking.Length > 0 || route is { Asking.Length: > 0 };

    /// <summary>Asks for that consent.</summary>
    internal async ValueTask<bool> PassesOthersAsync(RealtimeSocket socket, Packet packet, EventRoute? route)
    {
        foreach (EventGate gate in _asking.Concat(route?.Asking ?? []))
        {
            if (await gate.AskAsync(socket).ConfigureAwait(false) is { } refusal)
            {
                Refuse(socket, in packet, route, refusal);
                return false;
            }
        }

        return true;
    }

    private void Refuse(RealtimeSocket socket, in Packet packet, EventRoute? route, EventRefusal refusal)
    {
        string eventName = route?.Invoker.EventName ?? Encoding.UTF8.GetString(packet.EventName.Span);
        NamespaceLog.EventRefused(_environment.Logger, _namespace.Path.Value, eventName, socket.Id, refusal.Code);
        _environment.Meter.EventRefused(_namespace.Path.Value, refusal.Code);
        refusal.Answer(socket, eventName, packet.AckId);
    }

    private static EventRefusal? Check(EventGate[] gates, RealtimeSocket socket, in Packet packet)
    {
        foreach (EventGate gate in gates)
        {
            if (gate.Check(socket, in packet) is { } refusal)
            {
                return refusal;
            }
        }

        return null;
    }
}
