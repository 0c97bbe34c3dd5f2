using System.Text;
using Realtime.Core.Acks;
using Realtime.Core.Identifiers;
using Realtime.Core.Protocol;
using Realtime.Core.Timing;
using Realtime.Schedules.Scheduling;

namespace Realtime.Schedules.Scenarios;

/// <summary>
/// The acknowledgements of one socket: two requests, the answer to each, their timeout, and the end of the socket, all at once. Each request ends once, and nothing is left.
/// </summary>
internal sealed class AckTable : Scenario
{
    private readonly ManualTime _time = new();
    private readonly TimingWheel _wheel;
    private readonly PendingAcks _pending = new();
    private readonly bool[] _isSent = new bool[2];
    private readonly string?[] _ends = new string?[2];

    internal AckTable() => _wheel = new TimingWheel(_time, TimeSpan.FromMilliseconds(50));

    internal override void Begin(Schedule schedule)
    {
        for (int i = 0; i < _ends.Length; i++)
        {
            int request = i;
            schedule.Add($"request {request}", () => AskAsync(request));
            schedule.Add($"answer {request}", () => Answer(request));
        }

        schedule.Add("timeout", () => _time.Advance(TimeSpan.FromSeconds(1)));
        schedule.Add("disconnect", _pending.Close);
    }

    internal override Task CheckAsync()
    {
        Require(Array.TrueForAll(_ends, static end => end is not null), $"A request has not ended: {string.Join(", ", _ends)}.");
        Require(_pending.Count == 0, $"{_pending.Count} requests are left in the table.");
        Require(_wheel.Count == 0, $"{_wheel.Count} deadlines are left.");
        return Task.CompletedTask;
    }

    public override void Dispose() => _wheel.Dispose();

    private async Task AskAsync(int request)
    {
        var ask = new AckRequest(_wheel, _pending, (ulong)request, $"event {request}", TimeSpan.FromMilliseconds(100));
        string end;
        try
        {
            EventArguments answer = await ask.RunAsync(() => _isSent[request] = true, CancellationToken.None).ConfigureAwait(true);
            end = "answered";
            Require(answer[0].Json.Span[0] == '0' + request, $"Request {request} got the answer of another.");
        }
        catch (DisconnectedException)
        {
            end = "disconnected";
        }
        catch (AckTimeoutException)
        {
            end = "timed out";
        }

        Require(_ends[request] is null, $"Request {request} ended twice: {_ends[request]}, {end}.");
        _ends[request] = end;
    }

    // A client can answer what it has got; a second answer is ignored.
    private void Answer(int request)
    {
        Controlled.Until(() => _isSent[request] || _ends[request] is not null, "the request");
        byte[] data = Encoding.ASCII.GetBytes($"[{request}]");
        for (int i = 0; i < 2; i++)
        {
            _pending.Complete(new Packet { Kind = PacketKind.Ack, Namespace = "/"u8.ToArray(), AckId = new AckId((ulong)request), Data = data });
        }
    }
}
