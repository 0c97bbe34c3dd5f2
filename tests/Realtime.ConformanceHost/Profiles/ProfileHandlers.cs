using System.Collections.Concurrent;
using System.Text.Json;
using Realtime.Core.Namespaces;

namespace Realtime.ConformanceHost.Profiles;

/// <summary>What every socket of every profile does: it keeps a log, and it handles the common events.</summary>
internal sealed class ProfileHandlers(ProfileJournal journal)
{
    internal void AddTo(NamespaceBuilder ns)
    {
        Observe(ns);
        Handle(ns);
    }

    internal void Observe(NamespaceBuilder ns) => ns
        .OnConnected(socket => Note(() => LogOf(socket).Connected(socket.IsRecovered)))
        .OnAny(context => Note(() => LogOf(context.Socket).Received(context)))
        .OnAnyOutgoing((socket, eventName, arguments) => LogOf(socket).Sent(eventName, arguments))
        .OnDisconnecting((socket, reason) => Note(() => LogOf(socket).Disconnecting(reason, socket.Rooms)))
        .OnDisconnected((socket, reason) => Note(() => LogOf(socket).Disconnected(reason)))
        .OnError((socket, exception) => LogOf(socket).Failed(exception));

    internal void Handle(NamespaceBuilder ns) => ns
        .On("echo", static context => context.AckAsync([.. context.Arguments]))
        .On("echo-back", static context => context.Socket.EmitAsync("echo-back", [.. context.Arguments]))
        .On("double-ack", static async context =>
        {
            await context.AckAsync(1);
            await context.AckAsync(2);
        })
        .On("second-time", static context => Seen(context.Socket).TryAdd(context.Get<string>(0)!, true) ? default : context.AckAsync(context.Arguments[0]))
        .On("count-to", static async context =>
        {
            int count = context.Get<int>(0);
            for (int i = 0; i < count; i++)
            {
                await context.Socket.EmitAsync("count", i);
                if (i % 10 == 9)
                {
                    await Task.Yield(); // so that other things happen meanwhile, an upgrade above all
                }
            }
        })
        .On("join", static async context =>
        {
            await context.Socket.JoinAsync(context.Get<string>(0)!);
            await context.AckAsync();
        })
        .On("leave", static async context =>
        {
            await context.Socket.LeaveAsync(context.Get<string>(0)!);
            await context.AckAsync();
        })
        .On("broadcast", static context =>
        {
            Emitter target = context.Get<string>(0) is { } room ? context.Socket.To(room) : context.Socket.Broadcast;
            return target.EmitAsync(context.Get<string>(1)!, [.. context.Arguments.Skip(2)]);
        })
        .On("disconnect-me", static context => context.Socket.DisconnectAsync(context.Get<JsonElement>(0).ValueKind == JsonValueKind.True))
        .OnServerEvent("srv-event", arguments =>
        {
            journal.ServerEvents.Enqueue(arguments);
            return default;
        })
        .OnServerEvent("srv-ask", static _ => new ValueTask<object?>("from-host"));

    private static ConcurrentDictionary<string, bool> Seen(RealtimeSocket socket)
    {
        if (socket.Items.Get<ConcurrentDictionary<string, bool>>() is not { } seen)
        {
            socket.Items.Set(seen = new ConcurrentDictionary<string, bool>()); // the handlers of a socket run one after the other
        }

        return seen;
    }

    private static ValueTask Note(Action note)
    {
        note();
        return default;
    }

    private SocketLog LogOf(RealtimeSocket socket) => journal.LogOf(socket.Namespace.Name, socket.Id);
}
