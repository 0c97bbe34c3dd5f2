using System.Globalization;
using Realtime.Checker;
using Realtime.Core.Namespaces;

namespace Realtime.Simulation;

/// <summary>The application: handlers that emit, join and leave as the message says, some of them after a while.</summary>
internal sealed class Chat(World world, Node node)
{
    internal void Configure(NamespaceBuilder space)
    {
        space.On("say", SayAsync);
        space.On("join", context => MoveAsync(context, joins: true));
        space.On("leave", context => MoveAsync(context, joins: false));
    }

    private async ValueTask SayAsync(EventContext context)
    {
        string id = Begin(context);
        string how = context.Get<string>(3)!;
        string[] rooms = context.Get<string[]>(4)!;
        string except = context.Get<string>(5)!;
        if (context.Get<int>(2) is > 0 and { } delay)
        {
            await world.Time.Delay(TimeSpan.FromMilliseconds(delay));
        }

        string hash = context.Get<string>(1)!;
        await (how switch
        {
            "others" => context.Socket.To(rooms).EmitAsync("said", id, hash),
            "except" => context.Namespace.To(rooms).Except(except).EmitAsync("said", id, hash),
            "me" => context.Socket.EmitAsync("said", id, hash),
            "none" => default,
            _ => context.Namespace.To(rooms).EmitAsync("said", id, hash),
        });
        await context.AckAsync(world.NextAnswer());
    }

    private async ValueTask MoveAsync(EventContext context, bool joins)
    {
        Begin(context);
        if (context.Get<int>(2) is > 0 and { } delay)
        {
            await world.Time.Delay(TimeSpan.FromMilliseconds(delay));
        }

        string room = context.Get<string[]>(4)![0];
        await (joins ? context.Socket.JoinAsync(room) : context.Socket.LeaveAsync(room));
        await context.AckAsync(world.NextAnswer());
    }

    private string Begin(EventContext context)
    {
        string id = context.Get<string>(0)!;
        string session = world.Ledger.SessionOf(context.Socket.Id);
        string number = context.MessageId[(context.MessageId.IndexOf(':', StringComparison.Ordinal) + 1)..];
        long fence = world.Ledger.Claims[session].Last(claim => claim.Node == node).Ownership.Fence;
        world.Recorder.Add(Records.Handled(
            world.Recorder.Session(session), long.TryParse(number, CultureInfo.InvariantCulture, out long known) ? known : null, id, node.Name, fence) with { Hash = context.Get<string>(1) });
        return id;
    }
}
