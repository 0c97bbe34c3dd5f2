using Realtime.Checker;
using Realtime.Core.Namespaces;

namespace Realtime.Simulation;

/// <summary>What the applications do: clients join, leave and say something, and the server says something by itself.</summary>
/// <remarks>Confined to the thread of the run.</remarks>
internal sealed class Traffic(World world)
{
    private static readonly string[] s_ways = ["all", "all", "all", "others", "except", "me", "none"];

    internal void Plan()
    {
        foreach (SimulatedClient client in world.Clients)
        {
            world.Time.After(Before(TimeSpan.FromMilliseconds(500)), client.Connect);
            foreach (string room in world.Plan.Rooms.Where(_ => world.Random.Next(2) == 0))
            {
                world.Time.After(Before(TimeSpan.FromSeconds(1)), () => Move(client, "join", room));
            }
        }

        for (int sent = 0; sent < world.Plan.MessageCount;)
        {
            int burst = world.Random.Next(8) == 0 ? world.Random.Next(2, 12) : 1;
            int from = world.Random.Next(4) == 0 ? -1 : world.Random.Next(world.Clients.Count);
            sent += burst;
            world.Time.After(TimeSpan.FromMilliseconds(500) + Before(world.Plan.Duration), () => Send(from, burst));
        }
    }

    /// <summary>The server says something to everybody in a room.</summary>
    internal void Say(string id, params string[] rooms)
    {
        if (world.PickNode() is not { } node)
        {
            return;
        }

        string? except = rooms.Length == 1 && rooms[0].Length > 0 && !id.StartsWith("last", StringComparison.Ordinal) && world.Random.Next(5) == 0 ? Room() : null;
        except = except == rooms[0] ? null : except;
        world.Recorder.Add(Records.Send(id, $"h-{id}", null, [.. rooms.Select(world.Recorder.Room)]) with { ExceptRooms = except is null ? null : [world.Recorder.Room(except)] });
        RealtimeNamespace space = node.Space;
        Emitter target = rooms[0].Length == 0 ? space.Everyone : space.To(rooms);
        ValueTask said = (except is null ? target : target.Except(except)).EmitAsync("said", id, $"h-{id}");
        if (!said.IsCompletedSuccessfully)
        {
            world.Problems.Add($"{id} was not sent at once");
        }
    }

    internal void Move(SimulatedClient client, string way, string room) =>
        client.Window.Send(new ClientMessage(world.NextMessageId(), way, "none", [room], "", HandlerDelay(), world.Random.Next(2) == 0));

    internal string Room() => world.Plan.Rooms[world.Random.Next(world.Plan.Rooms.Count)];

    private void Send(int from, int count)
    {
        for (int i = 0; i < count; i++)
        {
            if (from >= 0)
            {
                Send(world.Clients[from]);
            }
            else
            {
                Say(world.NextMessageId(), world.Random.Next(8) == 0 ? [""] : SomeRooms());
            }
        }
    }

    private void Send(SimulatedClient client)
    {
        if (world.Random.Next(12) == 0)
        {
            Move(client, world.Random.Next(2) == 0 ? "join" : "leave", Room());
            return;
        }

        string way = s_ways[world.Random.Next(s_ways.Length)];
        string[] rooms = SomeRooms();
        string except = world.Plan.Rooms.FirstOrDefault(room => !rooms.Contains(room)) ?? "nobody";
        client.Window.Send(new ClientMessage(world.NextMessageId(), "say", way, rooms, except, HandlerDelay(), world.Random.Next(2) == 0));
    }

    private string[] SomeRooms() => world.Random.Next(4) == 0 ? [.. new[] { Room(), Room() }.Distinct()] : [Room()];

    private int HandlerDelay() => world.Random.Next(6) == 0 ? world.Random.Next(1, 600) : 0;

    private TimeSpan Before(TimeSpan end) => TimeSpan.FromMicroseconds(world.Random.NextInt64((long)end.TotalMicroseconds));
}
