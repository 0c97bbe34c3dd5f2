using System.Diagnostics;
using System.Net.WebSockets;
using Realtime.Client.Interop.Tests.Raw;
using Realtime.Client.Interop.Tests.Support;
using Realtime.Client.States;

namespace Realtime.Client.Interop.Tests.Quirks;

/// <summary>The server pings, the client answers; a client that is not pinged knows that its server is gone.</summary>
public sealed class HeartbeatQuirks : QuirkTest
{
    [Theory, BothWires]
    public async Task A_ping_is_answered(ClientTransports transports)
    {
        Joined joined = await JoinAsync(transports);

        await joined.Session.SendAsync("2");
        await joined.Session.ExpectAsync("3");

        await joined.AssertAliveAsync();
    }

    [Theory, BothWires]
    public async Task A_server_that_does_not_ping_is_left_after_its_own_figures(ClientTransports transports)
    {
        Joined joined = await JoinAsync(transports, RawSettings.WithHeartbeat(1000, 1000));

        StateChange lost = await joined.States.UntilAsync(ClientState.Reconnecting);

        Assert.Equal(ClientCloseReason.PingTimeout, lost.Reason);
    }

    [Theory, BothWires]
    public async Task Other_packets_are_no_ping(ClientTransports transports)
    {
        Joined joined = await JoinAsync(transports, RawSettings.WithHeartbeat(1000, 1000));
        Arrivals<int> hello = Arrivals.Of(joined.Client.Socket, Events.Hello);
        Task<StateChange> lost = joined.States.UntilAsync(ClientState.Reconnecting);

        for (int i = 0; !lost.IsCompleted; i++)
        {
            await joined.Session.SendAsync($"42[\"hello\",{i}]");
            Task<int> arrived = hello.NextAsync();
            await Task.WhenAny(arrived, lost);
        }

        Assert.Equal(ClientCloseReason.PingTimeout, (await lost).Reason);
    }

    [Theory, BothWires]
    public async Task Pings_alone_keep_a_connection(ClientTransports transports)
    {
        // The client gives up after 4 s of silence: long enough for a machine that stalls under the load of other tests.
        Joined joined = await JoinAsync(transports, RawSettings.WithHeartbeat(2000, 2000));

        // A conversation of pings and pongs, longer than the client would wait for one.
        var elapsed = Stopwatch.StartNew();
        while (elapsed.Elapsed < TimeSpan.FromMilliseconds(4500))
        {
            await joined.Session.SendAsync("2");
            await joined.Session.ExpectAsync("3");
        }

        await joined.AssertAliveAsync();
    }

    [Theory]
    [InlineData(WebSocketCloseStatus.NormalClosure)]
    [InlineData(WebSocketCloseStatus.MessageTooBig)]
    [InlineData(WebSocketCloseStatus.InternalServerError)]
    public async Task A_WebSocket_that_the_server_closes_is_opened_again_whatever_the_code(WebSocketCloseStatus status)
    {
        Joined joined = await JoinAsync(ClientTransports.WebSocket);

        await joined.Session.Socket.CloseAsync(status);

        Assert.Equal(ClientCloseReason.TransportClose, (await joined.States.UntilAsync(ClientState.Reconnecting)).Reason);
        await (await joined.AcceptAgainAsync()).AssertAliveAsync();
    }

    [Fact]
    public async Task A_close_packet_on_a_WebSocket_closes_it()
    {
        Joined joined = await JoinAsync(ClientTransports.WebSocket);

        await joined.Session.SendAsync("1");

        Assert.Equal(ClientCloseReason.TransportClose, (await joined.States.UntilAsync(ClientState.Reconnecting)).Reason);
        await (await joined.AcceptAgainAsync()).AssertAliveAsync();
    }
}
