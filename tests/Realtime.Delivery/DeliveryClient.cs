using System.Globalization;
using Realtime.Checker;
using Realtime.Client;
using Realtime.Client.States;
using Realtime.Core.Acks;
using Realtime.Core.Sequencing;

namespace Realtime.Delivery;

/// <summary>A client that talks to its rooms and writes down everything that it sends, is given and is told.</summary>
/// <remarks>Thread-safe.</remarks>
internal sealed class DeliveryClient : IAsyncDisposable
{
    private readonly Lock _gate = new();
    private readonly string _name;
    private readonly string[] _rooms;
    private readonly DeliveryLog _log;
    private readonly string? _mistake;
    private readonly bool _mayLose; // then a session that was lost is spared, and the next one of the client is not
    private readonly RealtimeClient _client;
    private string? _session;
    private bool _hasResumed;

    internal DeliveryClient(int index, ClientsOrder order, DeliveryLog log)
    {
        (_name, _rooms, _log, _mistake, _mayLose) = (Names.Client(index), Names.RoomsOf(index, order.Rooms), log, order.Break, order.MayLose);
        _client = new RealtimeClientBuilder($"http://127.0.0.1:{order.Port}")
            .WithAuth(_ => ValueTask.FromResult<object?>(new Hello(_name, _rooms)))
            .Configure(options =>
            {
                options.Transports = order.IsCluster ? ClientTransports.WebSocket : TransportsOf(index); // polling needs the same node each time
                options.ConnectTimeout = TimeSpan.FromSeconds(5);
                options.AckTimeout = TimeSpan.FromSeconds(60);
                options.Reconnect.BaseDelay = TimeSpan.FromMilliseconds(100);
                options.Reconnect.MaxDelay = TimeSpan.FromSeconds(2);
            }).Build();
        _client.StateChanged += OnStateChanged;
        _client.UnhandledException += failure => Tally.Unexpected ??= $"{_name}: {failure.Exception}";
        _client.Socket.Gap += OnGap;
        _client.Socket.DeliveryUnknown += unknown => OnUnknown(unknown.Event);
        _client.On(DeliveryEvents.Heard.Name, OnHeardAsync);
    }

    internal ClientTally Tally { get; } = new();

    internal bool IsConnected => _client.State == ClientState.Connected;

    private static ClientTransports TransportsOf(int index) => (index % 8) switch
    {
        0 => ClientTransports.Polling,
        4 => ClientTransports.PollingWithUpgrade,
        _ => ClientTransports.WebSocket,
    };

    internal Task ConnectAsync() => _client.ConnectAsync();

    public ValueTask DisposeAsync() => _client.DisposeAsync();

    public override string ToString() => $"{_name}: {_client.State}, {Tally.Open} emits open, session {_session}";

    internal async Task TalkAsync(double perSecond, Hush hush, CancellationToken stopped)
    {
        long number = 0;
        using var beat = new PeriodicTimer(TimeSpan.FromSeconds(1 / perSecond));
        while (await beat.NextAsync(stopped))
        {
            number++;
            string room = _rooms[number % _rooms.Length];
            if (hush.Covers(room))
            {
                continue;
            }

            var said = new Said(string.Create(CultureInfo.InvariantCulture, $"{_name}-{number}"), [room], Said.RandomBody(), SparesSender: !_mayLose && number % 7 == 0);
            _log.Add(Records.Send(said.Id, said.Hash, _name, Names.Logged(room)) with { Session = _client.Id ?? "", Except = said.SparesSender ? [_name] : null });
            Interlocked.Increment(ref Tally.Sent);
            Interlocked.Increment(ref Tally.Open);
            _ = number % 3 == 0 ? EndAsync(said, TellAsync(said)) : EndAsync(said, SayAsync(said));
        }
    }

    private async Task SayAsync(Said said)
    {
        Place place = await _client.EmitAsync(DeliveryEvents.Say, said);
        if (place.Offset < 0)
        {
            Interlocked.Increment(ref Tally.Unknown);
            _log.Add(Records.Unknown(said.Id));
            return;
        }

        Interlocked.Increment(ref Tally.Acked);
        _log.Add(Records.Ack(said.Id, Names.Logged(said.Rooms[0]), place.Stream, place.Stream is null ? null : place.Offset));
    }

    private async Task TellAsync(Said said) => await _client.EmitAsync(DeliveryEvents.Tell, said);

    private async Task EndAsync(Said said, Task emit)
    {
        try
        {
            await emit;
        }
        catch (Exception exception) when (exception is DeliveryUnknownException or DisconnectedException)
        {
            Interlocked.Increment(ref Tally.Unknown);
            _log.Add(Records.Unknown(said.Id));
        }
        catch (AckTimeoutException)
        {
            Interlocked.Increment(ref Tally.TimedOut);
            _log.Add(Records.Timeout(said.Id));
        }
        catch (Exception exception) when (exception is EmitBufferFullException or EmitRefusedException)
        {
            Interlocked.Increment(ref Tally.Refused);
            _log.Add(Records.Fail(said.Id));
        }
        catch (Exception unexpected)
        {
            Tally.Unexpected ??= $"{_name}: {unexpected}";
        }

        Tally.See();
        Interlocked.Decrement(ref Tally.Open);
    }

    private ValueTask OnHeardAsync(ClientEventContext context)
    {
        Said said = context.Get<Said>();
        Tally.See();
        NoteSession(said.Welcomes ?? _client.Id);
        if (_mistake == "lose-on-resume" && Interlocked.Exchange(ref _hasResumed, false))
        {
            return default;
        }

        LogRecord received = Records.Recv(_name, null, context.Position?.Stream, context.Position?.Offset, said.Id, said.Hash);
        _log.Add(received);
        if (Interlocked.Increment(ref Tally.Received) % CampaignOptions.MistakeEvery == 0 && _mistake == "hand-over-twice")
        {
            _log.Add(received);
        }

        return default;
    }

    // In the order of what is handed over: the first message of a session names it.
    private void NoteSession(string? session)
    {
        lock (_gate)
        {
            if (session is null || session == _session)
            {
                return;
            }

            _log.Add(Records.Connect(_name, session, _session is null ? null : false));
            _session = session;
            Interlocked.Increment(ref Tally.Sessions);
        }
    }

    private void OnStateChanged(StateChange change)
    {
        Tally.See();
        if (change is not { Current: ClientState.Connected, Previous: not ClientState.Connected } || !_client.IsRecovered)
        {
            return;
        }

        Interlocked.Increment(ref Tally.Resumes);
        Volatile.Write(ref _hasResumed, true);
        lock (_gate)
        {
            if (_session is not null && _client.Id == _session)
            {
                _log.Add(Records.Connect(_name, _session, recovered: true));
            }
        }
    }

    private void OnGap(StreamGap gap)
    {
        Tally.See();
        Interlocked.Increment(ref Tally.Gaps);
        _log.Add(new LogRecord(RecordKind.Gap) { Client = _name, Stream = gap.Stream, From = gap.From, To = gap.To });
    }

    private void OnUnknown(OutgoingEvent lost)
    {
        Interlocked.Increment(ref Tally.Unknown);
        _log.Add(Records.Unknown(MessageId.ReadFrom(lost.Payload.Data)!));
    }
}
