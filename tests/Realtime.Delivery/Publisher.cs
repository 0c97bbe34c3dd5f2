using Realtime.Checker;
using Realtime.Core.Namespaces;

namespace Realtime.Delivery;

/// <summary>Publishes to one room from the server, now and then to another room as well.</summary>
internal sealed class Publisher(RealtimeNamespace space, DeliveryLog log, string owner, int room, int rooms)
{
    private const int BothRoomsEvery = 10;

    internal async Task RunAsync(double perSecond, CancellationToken stopped)
    {
        string name = $"{owner}-{Names.Room(room)}";
        long number = 0;
        using var beat = new PeriodicTimer(TimeSpan.FromSeconds(1 / perSecond));
        while (await beat.NextAsync(stopped))
        {
            number++;
            string[] to = number % BothRoomsEvery == 0 && rooms > 1 ? [Names.Room(room), Names.Room((room + 1) % rooms)] : [Names.Room(room)];
            var said = new Said($"{name}-{number}", to, Said.RandomBody());
            log.Add(Records.Send(said.Id, said.Hash, name, Names.Logged(to)));
            await space.To(to).EmitAsync(DeliveryEvents.Heard, said, CancellationToken.None);
        }
    }
}
