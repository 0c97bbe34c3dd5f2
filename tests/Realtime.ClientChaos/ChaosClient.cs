using System.Diagnostics;
using System.Net;
using Realtime.Client;
using Realtime.Client.States;
using Realtime.Core.Acks;

namespace Realtime.ClientChaos;

/// <summary>A client that emits without a pause, a bounded number at a time, and looks at everything that comes back.</summary>
internal sealed class ChaosClient
{
    private const int MaxInFlight = 64;
    private const int EmitsPerSecond = 30;
    private const int MaxEmitsPerBeat = 4; // what was missed is made up for, but not all at once
    private const int SmallBuffer = 24;
    private static readonly TimeSpan s_beat = TimeSpan.FromMilliseconds(25);

    private readonly RealtimeClient _client;

    internal ChaosClient(int index, IPEndPoint server)
    {
        Index = index;
        Transports = (index % 3) switch
        {
            0 => ClientTransports.WebSocket,
            1 => ClientTransports.Polling,
            _ => ClientTransports.PollingWithUpgrade,
        };
        _client = new RealtimeClientBuilder($"http://{server}").Configure(options =>
        {
            options.Transports = Transports;
            options.ConnectTimeout = TimeSpan.FromSeconds(5);
            options.AckTimeout = TimeSpan.FromSeconds(3);
            options.Reconnect.BaseDelay = TimeSpan.FromMilliseconds(100);
            options.Reconnect.MaxDelay = TimeSpan.FromSeconds(2);
            options.Buffer.MaxCount = index % 10 == 9 ? SmallBuffer : options.Buffer.MaxCount; // some run over
        }).Build();
        _client.StateChanged += History.Note;
        _client.UnhandledException += failure => Tally.EndUnexpectedly(failure.Exception);
        _client.On(ChaosEvents.Published, (Func<Numbered, ValueTask>)Order.HandleAsync);
    }

    internal int Index { get; }

    internal ClientTransports Transports { get; }

    internal EmitTally Tally { get; } = new();

    internal OrderWatch Order { get; } = new();

    internal StateHistory History { get; } = new();

    internal bool IsConnected => _client.State == ClientState.Connected;

    internal string Now => $"{_client.State} by {_client.TransportName ?? "nothing"}";

    internal Task ConnectAsync() => _client.ConnectAsync();

    internal async Task EmitUntilAsync(CancellationToken stopped)
    {
        long start = Stopwatch.GetTimestamp();
        using var beat = new PeriodicTimer(s_beat);
        while (await beat.NextAsync(stopped))
        {
            long due = (long)(Stopwatch.GetElapsedTime(start).TotalSeconds * EmitsPerSecond);
            for (int i = 0; i < MaxEmitsPerBeat && Tally.Taken < due && Tally.InFlight < MaxInFlight; i++)
            {
                _ = EmitAsync();
            }
        }
    }

    /// <summary>Shows that the client is connected and not only says so: it asks until it is answered, and something published comes.</summary>
    internal async Task<bool> ProveConnectedAsync(CancellationToken deadline)
    {
        long received = Order.Received;
        bool isAnswered = false;
        using var beat = new PeriodicTimer(s_beat);
        do
        {
            isAnswered = isAnswered || (IsConnected && await EmitAsync());
        }
        while (!(isAnswered && Order.Received > received) && await beat.NextAsync(deadline));
        return isAnswered && Order.Received > received;
    }

    internal async Task DisposeAsync() => await _client.DisposeAsync();

    internal WeakReference Watch() => new(_client);

    /// <summary>Emits once. What is in the tally as in flight has not ended.</summary>
    private async Task<bool> EmitAsync()
    {
        long number = Tally.Begin();
        try
        {
            Numbered answer = await _client.EmitAsync(ChaosEvents.Echo, new Numbered(Index, number));
            bool isRight = answer.Source == Index && answer.Number == number;
            Tally.End(ref isRight ? ref Tally.Acked : ref Tally.WrongAnswers);
            return isRight;
        }
        catch (AckTimeoutException)
        {
            Tally.End(ref Tally.TimedOut);
        }
        catch (DisconnectedException)
        {
            Tally.End(ref Tally.Disconnected);
        }
        catch (EmitBufferFullException)
        {
            Tally.End(ref Tally.BufferFull);
        }
        catch (Exception unexpected)
        {
            Tally.EndUnexpectedly(unexpected);
        }

        return false;
    }
}
