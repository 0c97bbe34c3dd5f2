using System.IO.Compression;
using System.Text;
using Microsoft.AspNetCore.Http;
using Realtime.Client.Interop.Tests.Raw;
using Realtime.Client.Interop.Tests.Support;
using Realtime.Client.States;
using Realtime.Contracts;

namespace Realtime.Client.Interop.Tests.Quirks;

/// <summary>HTTP long-polling, body by body.</summary>
public sealed class PollingQuirks : QuirkTest
{
    [Fact]
    public async Task A_close_packet_in_a_body_closes_the_transport_and_the_client_comes_back()
    {
        Joined joined = await JoinAsync(ClientTransports.Polling);

        await joined.Session.SendAsync("1");

        Assert.Equal(ClientCloseReason.TransportClose, (await joined.States.UntilAsync(ClientState.Reconnecting)).Reason);
        await (await joined.AcceptAgainAsync()).AssertAliveAsync();
    }

    [Fact]
    public async Task What_stands_before_a_close_packet_is_delivered()
    {
        Joined joined = await JoinAsync(ClientTransports.Polling);
        Arrivals<int> hello = Arrivals.Of(joined.Client.Socket, Events.Hello);

        await joined.Session.SendAsync("42[\"hello\",1]", "6", "1");

        Assert.Equal(1, await hello.NextAsync());
        await (await joined.AcceptAgainAsync()).AssertAliveAsync();
    }

    [Fact]
    public async Task A_request_that_is_refused_loses_the_transport_and_the_client_comes_back()
    {
        Joined joined = await JoinAsync(ClientTransports.Polling);

        joined = await joined.ComeBackAsync(); // its GET is answered 400, Session ID unknown

        await joined.AssertAliveAsync();
    }

    [Fact]
    public async Task A_POST_that_is_refused_loses_the_transport_and_the_client_comes_back()
    {
        int refuse = 0;
        Joined joined = await JoinAsync(ClientTransports.Polling, new RawSettings
        {
            First = (context, request) =>
            {
                bool refused = request.Method == "POST" && Interlocked.Exchange(ref refuse, 0) == 1;
                context.Response.StatusCode = refused ? StatusCodes.Status413PayloadTooLarge : StatusCodes.Status200OK;
                return Task.FromResult(refused);
            },
        });

        refuse = 1;
        await joined.Client.EmitAsync("too large", 1);

        await joined.States.UntilAsync(ClientState.Reconnecting);
        await joined.AcceptAgainAsync();
    }

    [Fact]
    public async Task A_POST_may_be_answered_with_anything()
    {
        Joined joined = await JoinAsync(ClientTransports.Polling, new RawSettings { PostAnswer = "" });

        await joined.AssertAliveAsync();
    }

    [Fact]
    public async Task A_goodbye_that_the_server_never_takes_keeps_nobody()
    {
        Joined joined = await JoinAsync(ClientTransports.Polling, new RawSettings
        {
            First = static async (context, request) =>
            {
                if (request.Body != "1")
                {
                    return false;
                }

                var gone = new TaskCompletionSource();
                await using CancellationTokenRegistration registration = context.RequestAborted.Register(gone.SetResult);
                await gone.Task;
                return true;
            },
        });

        await joined.Client.DisconnectAsync().Within();

        Assert.Equal(ClientState.Disconnected, joined.Client.State);
    }

    [Fact]
    public async Task Bodies_are_kept_below_maxPayload_as_long_as_a_packet_fits()
    {
        RawServer server = await ServerAsync(new RawSettings
        {
            Open = static sid => $$"""0{"sid":"{{sid}}","upgrades":[],"pingInterval":25000,"pingTimeout":20000,"maxPayload":100}""",
        });
        RealtimeClient client = Build(server, ClientTransports.Polling);
        for (int i = 0; i < 30; i++)
        {
            await client.EmitAsync("n", i, "ééé");
        }

        await client.EmitAsync("large", new string('x', 200));
        Task connecting = client.ConnectAsync();
        RawSession session = await server.AcceptAsync();
        await session.AcceptAsync();
        await connecting.Within();

        for (int i = 0; i < 30; i++)
        {
            await session.ExpectAsync($"42[\"n\",{i},\"ééé\"]");
        }

        Assert.StartsWith("42[\"large\"", await session.ReceiveAsync(), StringComparison.Ordinal); // alone, because it fits nowhere
        string[] bodies = [.. session.Posts];
        Assert.All(bodies, static body => Assert.True(Encoding.UTF8.GetByteCount(body) <= 100 || !body.Contains('\u001e', StringComparison.Ordinal)));
        Assert.InRange(bodies.Length, 2, 25); // they are put together all the same
    }

    [Fact]
    public async Task There_is_one_GET_and_one_POST_at_a_time()
    {
        int gets = 0, posts = 0, most = 0;
        Joined joined = await JoinAsync(ClientTransports.Polling, new RawSettings
        {
            First = (context, request) =>
            {
                bool isPost = request.Method == "POST";
                int now = isPost ? Interlocked.Increment(ref posts) : Interlocked.Increment(ref gets);
                InterlockedMax(ref most, now);
                context.Response.OnCompleted(() =>
                {
                    _ = isPost ? Interlocked.Decrement(ref posts) : Interlocked.Decrement(ref gets);
                    return Task.CompletedTask;
                });
                return Task.FromResult(false);
            },
        });
        Arrivals<int> hello = Arrivals.Of(joined.Client.Socket, Events.Hello);

        await Parallel.ForAsync(0, 50, async (i, cancellationToken) =>
        {
            await joined.Client.EmitAsync(Events.Collect, i, cancellationToken);
            await joined.Session.SendAsync($"42[\"hello\",{i}]");
        });
        await hello.TakeAsync(50);
        for (int i = 0; i < 50; i++)
        {
            await joined.Session.ReceiveAsync();
        }

        // The server counts a request until it is through with it, which may be a moment after the client has its answer.
        Assert.InRange(most, 1, 2);
        await joined.AssertAliveAsync();
    }

    [Fact]
    public async Task Compressed_bodies_are_read()
    {
        Joined joined = await JoinAsync(ClientTransports.Polling, new RawSettings
        {
            First = static async (context, request) =>
            {
                if (request.Method != "GET" || !request.Headers.GetValueOrDefault("Accept-Encoding", "").Contains("gzip", StringComparison.Ordinal))
                {
                    return false; // whoever does not ask for it does not get it
                }

                context.Response.Headers.ContentEncoding = "gzip";
                Stream plain = context.Response.Body;
                var packed = new GZipStream(plain, CompressionLevel.Fastest);
                context.Response.Body = packed;
                context.Response.RegisterForDisposeAsync(packed);
                return false;
            },
        });

        await joined.AssertAliveAsync();
    }

    [Fact]
    public async Task Requests_look_like_those_of_the_official_client()
    {
        Joined joined = await JoinAsync(ClientTransports.Polling);
        await joined.AssertAliveAsync();

        Assert.All(joined.Server.Requests, static request => Assert.Equal("4", request.Query["EIO"]));
        Assert.All(joined.Server.Requests, static request => Assert.Equal("polling", request.Transport));
        Assert.All(joined.Server.Requests.Skip(1), request => Assert.Equal(joined.Session.Id, request.Query["sid"]));
        Assert.False(joined.Session.Handshake.Query.ContainsKey("sid"));
        Assert.All(
            joined.Server.Requests.Where(static request => request.Method == "POST"),
            static request => Assert.StartsWith("text/plain", request.Headers["Content-Type"], StringComparison.OrdinalIgnoreCase));
    }

    [Theory]
    [InlineData(ClientTransports.Polling)]
    [InlineData(ClientTransports.PollingWithUpgrade)]
    public async Task Cookies_of_the_handshake_come_with_every_later_request(ClientTransports transports)
    {
        Joined joined = await JoinAsync(transports, RawSettings.WithUpgrade with
        {
            First = static (context, request) =>
            {
                if (!request.Query.ContainsKey("sid"))
                {
                    context.Response.Headers.Append("Set-Cookie", "node=seven; Path=/; HttpOnly; SameSite=Lax");
                    context.Response.Headers.Append("Set-Cookie", "route=blue");
                }

                return Task.FromResult(false);
            },
        });
        if (transports == ClientTransports.PollingWithUpgrade)
        {
            await joined.Session.UpgradeAsync();
        }

        await joined.AssertAliveAsync();

        RawRequest[] later = [.. joined.Server.Requests.Skip(1)];
        Assert.All(later, static request => Assert.Contains("node=seven", request.Headers.GetValueOrDefault("Cookie", ""), StringComparison.Ordinal));
        Assert.All(later, static request => Assert.Contains("route=blue", request.Headers.GetValueOrDefault("Cookie", ""), StringComparison.Ordinal));
    }

    private static void InterlockedMax(ref int most, int now)
    {
        int seen = Volatile.Read(ref most);
        while (now > seen && Interlocked.CompareExchange(ref most, now, seen) is var found && found != seen)
        {
            seen = found;
        }
    }
}
