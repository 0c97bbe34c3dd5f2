using System.Text.Json;
using Realtime.Checker;

namespace Realtime.Delivery;

/// <summary>A process that holds some of the clients: does what its input says, one word a line, and answers each with a line.</summary>
internal static class ClientsProcess
{
    internal static async Task RunAsync(ClientsOrder order)
    {
        using var log = new DeliveryLog(order.Log);
        log.Add(Records.Start());
        DeliveryClient[] clients = [.. Enumerable.Range(order.First, order.Count).Select(index => new DeliveryClient(index, order, log))];
        using var peace = new CancellationTokenSource();
        var hush = new Hush(order.Rooms);
        Task[] connecting = [.. clients.Select(static client => client.ConnectAsync())];
        Task[] talking = [.. clients.Select(client => client.TalkAsync(order.PerClient, hush, peace.Token))];
        Console.WriteLine("ready");
        while (await Console.In.ReadLineAsync() is { } word)
        {
            switch (word)
            {
                case "peace":
                    await peace.CancelAsync();
                    await Task.WhenAll(talking);
                    break;
                case "hush" or "speak":
                    hush.IsOn = word == "hush";
                    break;
                case "quiet":
                    log.Add(Records.Quiet());
                    break;
                case "stop":
                    await Task.WhenAll(clients.Select(static client => client.DisposeAsync().AsTask()));
                    await Task.WhenAll(connecting);
                    log.Add(Records.Stop());
                    break;
            }

            Console.WriteLine(JsonSerializer.Serialize(ClientsStatus.Of(clients)));
        }
    }
}

/// <summary>What a process of clients is started with.</summary>
internal sealed record ClientsOrder(string Log, int Port, int First, int Count, int Rooms, double PerClient, string? Break, bool IsCluster, bool MayLose);
