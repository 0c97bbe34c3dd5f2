using System.Text;
using System.Threading.Channels;
using Realtime.Client.Reconnecting;
using Realtime.Client.States;
using Realtime.Contracts;

namespace Realtime.Client.Tests.Recovery;

/// <summary>A client with a session that the fake server grants, and what its application sees.</summary>
internal sealed class RecoveryBench : IAsyncDisposable
{
    internal static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    private readonly Channel<string> _seen = Channel.CreateUnbounded<string>();

    internal RecoveryBench(Action<RealtimeClientOptions>? configure = null, Func<CancellationToken, ValueTask<object?>>? auth = null, IReconnectPolicy? policy = null)
    {
        Bench = new ClientBench(configure, auth, policy);
        Client.OnAny(async context =>
        {
            if (BeforeEach is { } before)
            {
                await before(context);
            }

            string arguments = string.Join(',', context.Arguments.Select(static argument => Encoding.UTF8.GetString(argument.Json.Span)));
            _seen.Writer.TryWrite($"{context.EventName} {arguments} {context.Position?.ToString() ?? "-"}");
        });
        Client.Socket.Gap += gap => _seen.Writer.TryWrite($"gap {gap.Stream} {gap.From}-{gap.To?.ToString(System.Globalization.CultureInfo.InvariantCulture) ?? "?"}");
    }

    internal ClientBench Bench { get; }

    internal RealtimeClient Client => Bench.Client;

    internal WatchedTime Time => Bench.Time;

    internal Func<ClientEventContext, Task>? BeforeEach { get; set; }

    /// <summary>How many things the application has seen and the test has not.</summary>
    internal int Unseen => _seen.Reader.Count;

    internal static string Granted(string pid = "p1", string sid = "id", bool recovered = false, long received = 0, int window = 64, string gaps = "") =>
        $$$"""40{"sid":"{{{sid}}}","pid":"{{{pid}}}","$realtime":{"v":1,"recovered":{{{(recovered ? "true" : "false")}}},"received":{{{received}}},"window":{{{window}}}{{{gaps}}}}}""";

    /// <summary>Connects, with a new session.</summary>
    internal async Task<FakeWire> ConnectAsync(int window = 64)
    {
        Task connecting = Client.ConnectAsync();
        FakeWire wire = await Bench.Server.NextAsync();
        await wire.SentAsync();
        wire.Say(Granted(window: window));
        await connecting.Within();
        await Bench.NextAsync(ClientState.Connected);
        return wire;
    }

    /// <summary>Breaks the connection, if it is there still.</summary>
    /// <returns>The next one, and the CONNECT on it.</returns>
    internal async Task<(FakeWire Wire, string Connect)> ReconnectAsync(FakeWire wire)
    {
        wire.Break();
        await Bench.NextAsync(ClientState.Reconnecting);
        await Bench.PassAsync(Second);
        FakeWire next = await Bench.Server.NextAsync();
        return (next, await next.SentAsync());
    }

    /// <summary>Breaks the connection and continues the session.</summary>
    internal async Task<FakeWire> ResumeAsync(FakeWire wire, long received = 0, int window = 64, string gaps = "")
    {
        (FakeWire next, _) = await ReconnectAsync(wire);
        next.Say(Granted(recovered: true, received: received, window: window, gaps: gaps));
        await Bench.NextAsync(ClientState.Connected);
        return next;
    }

    /// <summary>What the application sees next: events with their position, and gaps.</summary>
    internal async Task<string[]> SeeAsync(int count)
    {
        string[] seen = new string[count];
        for (int i = 0; i < count; i++)
        {
            seen[i] = await _seen.Reader.ReadAsync().AsTask().Within();
        }

        return seen;
    }

    /// <summary>Sees that nothing has come but what a mark brings that is sent now: whatever was sent before has been dealt with by then.</summary>
    internal async Task SeeNothingAsync(FakeWire wire)
    {
        wire.Say("""42["mark","~0"]""");
        Assert.Equal(["mark  -"], await SeeAsync(1));
    }

    // What the server of the test has left unconfirmed is waited for, in its time.
    public async ValueTask DisposeAsync()
    {
        Task disposing = Bench.DisposeAsync().AsTask();
        await Bounded.UntilAsync(
            () =>
            {
                Time.Advance(Second);
                return disposing.IsCompleted;
            },
            "the client is disposed of");
        await disposing;
    }
}
