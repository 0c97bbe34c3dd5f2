using Microsoft.AspNetCore.Http;
using Realtime.Client.Interop.Tests.Raw;
using Realtime.Client.Interop.Tests.Support;
using Realtime.Contracts;

namespace Realtime.Client.Interop.Tests.Quirks;

/// <summary>The first answer of a server, and what is none.</summary>
public sealed class HandshakeQuirks : QuirkTest
{
    [Fact]
    public async Task The_body_of_the_handshake_may_hold_more()
    {
        RawServer server = await ServerAsync(new RawSettings
        {
            Open = static sid => $$"""0{"sid":"{{sid}}","upgrades":[],"pingInterval":25000,"pingTimeout":20000,"maxPayload":1000000}""" + "\u001e2",
        });
        RealtimeClient client = Build(server, ClientTransports.Polling);
        Task connecting = client.ConnectAsync();
        RawSession session = await server.AcceptAsync();

        string[] received = [await session.ReceiveAsync(), await session.ReceiveAsync()];
        await session.SendAsync("40{\"sid\":\"main\"}");

        await connecting.Within();
        Assert.Equal(["3", "40"], received.Order(StringComparer.Ordinal));
    }

    [Theory, BothWires]
    public async Task A_handshake_may_have_other_members_and_no_maxPayload(ClientTransports transports)
    {
        Joined joined = await JoinAsync(transports, new RawSettings
        {
            Open = static sid => $$"""0{"future":{"a":[1]},"pingTimeout":20000,"pingInterval":25000,"upgrades":[],"sid":"{{sid}}"}""",
        });

        await joined.AssertAliveAsync();
    }

    [Theory]
    [InlineData(ClientTransports.WebSocket, "0")]
    [InlineData(ClientTransports.WebSocket, "0{}")]
    [InlineData(ClientTransports.WebSocket, "4hello")]
    [InlineData(ClientTransports.Polling, "0[]")]
    [InlineData(ClientTransports.Polling, "<html></html>")]
    [InlineData(ClientTransports.Polling, "")]
    public async Task A_handshake_that_is_none_is_tried_again(ClientTransports transports, string open)
    {
        int count = 0;
        RawServer server = await ServerAsync(new RawSettings { Open = sid => Interlocked.Increment(ref count) == 1 ? open : new RawSettings().Open(sid) });
        RealtimeClient client = Build(server, transports);
        Task connecting = client.ConnectAsync();
        await server.AcceptAsync();

        RawSession second = await server.AcceptAsync();
        await second.AcceptAsync();

        await connecting.Within();
    }

    [Theory]
    [InlineData(ClientTransports.WebSocket, 503)]
    [InlineData(ClientTransports.WebSocket, 429)]
    [InlineData(ClientTransports.WebSocket, 400)]
    [InlineData(ClientTransports.Polling, 503)]
    [InlineData(ClientTransports.Polling, 502)]
    [InlineData(ClientTransports.Polling, 429)]
    [InlineData(ClientTransports.Polling, 404)]
    public async Task A_handshake_that_is_refused_for_now_is_tried_again(ClientTransports transports, int status)
    {
        int count = 0;
        RawServer server = await ServerAsync(new RawSettings
        {
            First = (context, _) =>
            {
                bool refused = Interlocked.Increment(ref count) <= 2;
                context.Response.StatusCode = refused ? status : StatusCodes.Status200OK;
                return Task.FromResult(refused);
            },
        });
        RealtimeClient client = Build(server, transports);
        Task connecting = client.ConnectAsync();

        RawSession session = await server.AcceptAsync();
        await session.AcceptAsync();

        await connecting.Within();
    }
}
