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
        await using DeliveryServer server = await DeliveryServer.CreateAsync(order, log);
        await server.StartAsync();
        Console.WriteLine("ready");

        using var peace = new CancellationTokenSource();
        var hush = new Hush(order.Rooms);
        Publisher[] publishers = [.. Enumerable.Range(0, order.Rooms).Select(room => new Publisher(server.Space, log, order.Owner, room, order.Rooms, hush))];
        Task[] publishing = [.. publishers.Select(publisher => publisher.RunAsync(order.PerRoom, peace.Token))];
        int last = 0;
        while (await Console.In.ReadLineAsync() is { } word)
        {
            switch (word)
            {
                case "peace":
                    await peace.CancelAsync();
                    await Task.WhenAll(publishing);
                    break;
                case "hush" or "speak":
                    hush.IsOn = word == "hush";
                    break;
                case "last":
                    string id = $"last-{++last}";
                    await Task.WhenAll(hush.Rooms.Select(room => publishers[0].PublishAsync([room], $"{room}-{id}")));
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

            ServerStatus status = server.Status;
            Console.WriteLine(JsonSerializer.Serialize(status with { GivenUp = status.GivenUp + publishers.Sum(static publisher => publisher.GivenUp) }));
        }
    }
}

/// <summary>What a server is started with.</summary>
/// <param name="Log">Where it writes down what happens.</param>
/// <param name="Port">Where it listens.</param>
/// <param name="Owner">Its name, another one for each start.</param>
/// <param name="Rooms">How many rooms there are.</param>
/// <param name="PerRoom">How many messages it publishes in each a second.</param>
/// <param name="Break">What it does wrong.</param>
/// <param name="Redis">Where Redis is, that it shares with others; none for one server alone.</param>
/// <param name="MayLose">Whether that Redis may lose something, so that fences may be given twice.</param>
internal sealed record ServerOrder(string Log, int Port, string Owner, int Rooms, double PerRoom, string? Break, string? Redis, bool MayLose);
