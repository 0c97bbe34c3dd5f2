using Realtime.Checker;
using Realtime.Core.Backplane;
using Realtime.Core.Namespaces;

namespace Realtime.Delivery;

/// <summary>Publishes to one room from the server, now and then to another room as well.</summary>
internal sealed class Publisher(RealtimeNamespace space, DeliveryLog log, string owner, int room, int rooms, Hush hush)
{
    private const int BothRoomsEvery = 10;

    private long _number;

    /// <summary>Gets how many publications the backplane gave up.</summary>
    internal long GivenUp { get; private set; }

    internal async Task RunAsync(double perSecond, CancellationToken stopped)
    {
        using var beat = new PeriodicTimer(TimeSpan.FromSeconds(1 / perSecond));
        while (await beat.NextAsync(stopped))
        {
            _number++;
            string[] to = _number % BothRoomsEvery == 0 && rooms > 1 ? [Names.Room(room), Names.Room((room + 1) % rooms)] : [Names.Room(room)];
            if (!to.Any(hush.Covers))
            {
                await PublishAsync(to, $"{_number}");
            }
        }
    }

    internal async Task PublishAsync(string[] to, string id)
    {
        string name = $"{owner}-{Names.Room(room)}";
        var said = new Said($"{name}-{id}", to, Said.RandomBody());
        log.Add(Records.Send(said.Id, said.Hash, name, Names.Logged(to)));
        try
        {
            await space.To(to).EmitAsync(DeliveryEvents.Heard, said, CancellationToken.None);
        }
        catch (BackplaneUnavailableException)
        {
            GivenUp++;
            log.Add(Records.Unknown(said.Id));
        }
    }
}
