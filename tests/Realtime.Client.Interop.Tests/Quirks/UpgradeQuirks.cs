using Realtime.Client.Interop.Tests.Raw;
using Realtime.Client.Interop.Tests.Support;
using Realtime.Client.States;
using Realtime.Contracts;

namespace Realtime.Client.Interop.Tests.Quirks;

/// <summary>From polling to WebSocket, step by step.</summary>
public sealed class UpgradeQuirks : QuirkTest
{
    private static Task<Joined> PollingAsync(UpgradeQuirks test, Action<RealtimeClientBuilder>? configure = null) =>
        test.JoinAsync(ClientTransports.PollingWithUpgrade, RawSettings.WithUpgrade, configure);

    [Fact]
    public async Task The_probe_is_answered_the_GET_released_and_only_then_the_upgrade_said()
    {
        Joined joined = await PollingAsync(this);
        Arrivals<int> hello = Arrivals.Of(joined.Client.Socket, Events.Hello);
        RawSocket socket = await joined.Session.UpgradeAsync();
        Assert.Equal("2probe", await socket.ReceiveAsync());
        await Bounded.UntilAsync(() => joined.Session.WaitingPolls == 1, "a GET that waits");

        await socket.SendAsync("3probe");
        using (var other = new HttpClient())
        {
            for (int i = 0; i < 20; i++)
            {
                await other.GetStringAsync($"{joined.Server.Url}/socket.io/?EIO=4&transport=polling"); // twenty round trips later it still waits for its GET
            }
        }

        Assert.False(socket.Received.TryRead(out string? early), early);
        await joined.Session.SendAsync("42[\"hello\",1]", "42[\"hello\",2]"); // releases the GET as well as a noop would
        Assert.Equal("5", await ReleasedAsync(joined.Session, socket));
        await socket.SendAsync("42[\"hello\",3]");

        Assert.Equal([1, 2, 3], await hello.TakeAsync(3));
        Assert.Equal("websocket", joined.Client.TransportName);
        Assert.Equal(0, joined.Session.WaitingPolls);
    }

    [Fact]
    public async Task A_lone_noop_releases_the_GET()
    {
        Joined joined = await PollingAsync(this);
        RawSocket socket = await joined.Session.UpgradeAsync();

        await UpgradeAsync(joined, socket);
        await joined.Client.EmitAsync("after", 1);

        Assert.Equal("42[\"after\",1]", await socket.ReceiveAsync());
    }

    [Fact]
    public async Task What_is_emitted_while_the_upgrade_lasts_goes_once_and_in_order()
    {
        Joined joined = await PollingAsync(this);
        RawSocket socket = await joined.Session.UpgradeAsync();
        Assert.Equal("2probe", await socket.ReceiveAsync());
        for (int i = 0; i < 10; i++)
        {
            await joined.Client.EmitAsync(Events.Collect, i);
        }

        await socket.SendAsync("3probe");
        for (int i = 10; i < 20; i++)
        {
            await joined.Client.EmitAsync(Events.Collect, i);
        }

        Assert.Equal("5", await ReleasedAsync(joined.Session, socket));
        await joined.Client.EmitAsync("end");
        List<string> received = [];
        foreach (string body in joined.Session.Posts.Skip(1)) // the first is CONNECT
        {
            received.AddRange(body.Split('\u001e'));
        }

        while (received is not [.., "42[\"end\"]"])
        {
            received.Add(await socket.ReceiveAsync());
        }

        Assert.Equal(Enumerable.Range(0, 20).Select(static i => $"42[\"collect\",{i}]").Append("42[\"end\"]"), received);
    }

    [Fact]
    public async Task A_probe_that_is_answered_wrong_leaves_the_client_on_polling()
    {
        Joined joined = await PollingAsync(this);
        RawSocket socket = await joined.Session.UpgradeAsync();
        Assert.Equal("2probe", await socket.ReceiveAsync());

        await socket.SendAsync("3wrong");

        await socket.Ended.Within();
        await joined.AssertAliveAsync();
        Assert.Equal("polling", joined.Client.TransportName);
    }

    [Fact]
    public async Task A_WebSocket_that_is_lost_before_the_upgrade_leaves_the_client_on_polling()
    {
        Joined joined = await PollingAsync(this);
        RawSocket socket = await joined.Session.UpgradeAsync();
        Assert.Equal("2probe", await socket.ReceiveAsync());

        socket.Abort();

        await joined.AssertAliveAsync();
        Assert.Equal("polling", joined.Client.TransportName);
    }

    [Fact]
    public async Task A_probe_that_is_never_answered_hurts_nobody()
    {
        Joined joined = await PollingAsync(this);
        RawSocket socket = await joined.Session.UpgradeAsync();
        Assert.Equal("2probe", await socket.ReceiveAsync());

        await joined.Session.SendAsync("2");
        await joined.Session.ExpectAsync("3");
        await joined.AssertAliveAsync();

        Assert.Equal("polling", joined.Client.TransportName);
        Assert.False(socket.Received.TryRead(out _));
    }

    [Fact]
    public async Task A_noop_on_a_WebSocket_is_ignored()
    {
        Joined joined = await PollingAsync(this);
        RawSocket socket = await joined.Session.UpgradeAsync();
        await UpgradeAsync(joined, socket);

        await socket.SendAsync("6");
        await socket.SendAsync("2");

        Assert.Equal("3", await socket.ReceiveAsync());
        Assert.Equal(ClientState.Connected, joined.Client.State);
    }

    [Fact]
    public async Task An_upgraded_client_whose_WebSocket_is_lost_begins_with_a_session_of_its_own()
    {
        Joined joined = await PollingAsync(this);
        RawSocket socket = await joined.Session.UpgradeAsync();
        await UpgradeAsync(joined, socket);

        socket.Abort();

        await joined.States.UntilAsync(ClientState.Reconnecting);
        Joined again = await joined.AcceptAgainAsync();
        Assert.NotEqual(joined.Session.Id, again.Session.Id);
    }

    [Fact]
    public async Task A_session_that_ends_while_it_is_upgraded_takes_the_new_WebSocket_with_it()
    {
        Joined joined = await PollingAsync(this);
        RawSocket socket = await joined.Session.UpgradeAsync();
        Assert.Equal("2probe", await socket.ReceiveAsync());

        await joined.Client.DisconnectAsync().Within();

        await socket.Ended.Within();
        await joined.Session.Ended.Within();
    }

    private static async Task UpgradeAsync(Joined joined, RawSocket socket)
    {
        Assert.Equal("2probe", await socket.ReceiveAsync());
        await socket.SendAsync("3probe");
        Assert.Equal("5", await ReleasedAsync(joined.Session, socket));
    }

    /// <summary>Answers GETs with a noop, as a server does during an upgrade, until the client has said what it says on the WebSocket.</summary>
    private static async Task<string> ReleasedAsync(RawSession session, RawSocket socket)
    {
        Task<string> said = socket.ReceiveAsync();
        while (!said.IsCompleted)
        {
            await Bounded.UntilAsync(() => said.IsCompleted || session.WaitingPolls > 0, "a GET that waits, or the upgrade");
            if (session.WaitingPolls > 0 && !said.IsCompleted)
            {
                int before = session.AnsweredPolls;
                await session.SendAsync("6");
                await Bounded.UntilAsync(() => session.AnsweredPolls > before, "the GET's end");
            }
        }

        return await said;
    }
}
