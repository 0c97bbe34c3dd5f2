using System.Diagnostics;
using Realtime.Client;
using Realtime.Client.States;

namespace Realtime.ClientBench.Clients;

/// <summary>A client with all defaults that counts what its room is told: each number once, in order.</summary>
/// <remarks>Its handlers run one at a time; the figures may be read by others.</remarks>
internal sealed class RoomMember : IAsyncDisposable
{
    private readonly RealtimeClient _client;
    private int _next;

    internal RoomMember(Uri server)
    {
        _client = new RealtimeClientBuilder(server).Configure(static options => options.Transports = ClientTransports.WebSocket).Build();
        _client.StateChanged += OnStateChanged;
        _client.On(BenchEvents.Msg, OnMessage);
    }

    /// <summary>Gets how many messages came, each in its turn.</summary>
    internal int Received => Volatile.Read(ref _next);

    internal int OutOfTurn { get; private set; }

    internal int Lost { get; private set; }

    internal int Connects { get; private set; }

    internal bool IsConnected => _client.State == ClientState.Connected;

    /// <summary>Gets when it was connected last (a timestamp of <see cref="Stopwatch"/>), and whether its session went on then.</summary>
    internal (long At, bool IsRecovered) Last { get; private set; }

    internal Task ConnectAsync() => _client.ConnectAsync();

    internal ValueTask PublishAsync(int number) => _client.EmitAsync(BenchEvents.Pub, number.ToString("D8", System.Globalization.CultureInfo.InvariantCulture));

    public ValueTask DisposeAsync() => _client.DisposeAsync();

    private void OnStateChanged(StateChange change)
    {
        if (change.Current == ClientState.Connected)
        {
            Connects++;
            Lost += Connects > 1 && !_client.IsRecovered ? 1 : 0;
            Last = (Stopwatch.GetTimestamp(), _client.IsRecovered);
        }
    }

    private void OnMessage(string message)
    {
        if (int.Parse(message, System.Globalization.CultureInfo.InvariantCulture) == _next)
        {
            Volatile.Write(ref _next, _next + 1);
        }
        else
        {
            OutOfTurn++;
        }
    }
}
