using System.Text.Json;
using Realtime.Checker;

namespace Realtime.Delivery;

/// <summary>The process of the server: does what its input says, one word a line, and answers each with a line.</summary>
internal static class ServerProcess
{
    internal static async Task RunAsync(ServerOrder order)
    {
        using var log = new DeliveryLog(order.Log);
        log.Add(Records.Start(order.Owner));
        await using var server = new DeliveryServer(order.Port, order.Owner, log, order.Break);
        await server.StartAsync();
        Console.WriteLine("ready");

        using var peace = new CancellationTokenSource();
        Task[] publishing = [.. Enumerable.Range(0, order.Rooms).Select(room => new Publisher(server.Space, log, order.Owner, room, order.Rooms).RunAsync(order.PerRoom, peace.Token))];
        while (await Console.In.ReadLineAsync() is { } word)
        {
            switch (word)
            {
                case "peace":
                    await peace.CancelAsync();
                    await Task.WhenAll(publishing);
                    break;
                case "stop":
                    await peace.CancelAsync();
                    await Task.WhenAll(publishing);
                    log.Add(Records.Drain(order.Owner, begins: true, kept: false));
                    await server.StopAsync();
                    log.Add(Records.Drain(order.Owner, begins: false, kept: false));
                    log.Add(Records.Stop(order.Owner));
                    break;
            }

            Console.WriteLine(JsonSerializer.Serialize(new ServerStatus(server.Handled, server.Backplane.Replays, server.Backplane.Replayed)));
        }
    }
}

/// <summary>What a server is started with.</summary>
internal sealed record ServerOrder(string Log, int Port, string Owner, int Rooms, double PerRoom, string? Break);

/// <summary>What a server has done.</summary>
internal sealed record ServerStatus(long Handled, long Replays, long Replayed)
{
    public static ServerStatus operator +(ServerStatus left, ServerStatus right) =>
        new(left.Handled + right.Handled, left.Replays + right.Replays, left.Replayed + right.Replayed);
}
