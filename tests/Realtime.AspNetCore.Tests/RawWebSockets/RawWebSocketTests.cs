using System.Net;
using System.Net.WebSockets;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using Realtime.AspNetCore.Tests.Support;
using Realtime.AspNetCore.Tests.WebSockets.Rfc6455;
using Realtime.Contracts;
using Realtime.Core.Framing;
using Realtime.Core.Hosting;

namespace Realtime.AspNetCore.Tests.RawWebSockets;

/// <summary>A second protocol on the seam of the first: what its page does not show.</summary>
public sealed class RawWebSocketTests
{
    [Theory]
    [InlineData(nameof(Wire.Plain))]
    [InlineData(nameof(Wire.Tls))]
    public async Task A_raw_client_and_a_Socket_IO_client_chat_in_one_room(string wire)
    {
        await using TestApp app = await RawApp.StartAsync(Enum.Parse<Wire>(wire));
        await using RawWebSocket official = await Client.JoinAsync(app);
        await using RawClient raw = await (await RawClient.ConnectAsync(app)).JoinAsync();

        await raw.SendAsync("""{"event":"say","data":"from raw"}""");
        Assert.Equal("""{"event":"said","data":"from raw"}""", await raw.ReceiveAsync());
        Assert.Equal("""42["said","from raw"]""", await official.ReadTextAsync());

        await official.SendTextAsync("""42["say","from socket.io",{"two":2}]""");
        Assert.Equal("""42["said","from socket.io",{"two":2}]""", await official.ReadTextAsync());
        Assert.Equal("""{"event":"said","args":["from socket.io",{"two":2}]}""", await raw.ReceiveAsync());

        await raw.SendAsync("""bin {"event":"picture","data":{"_placeholder":true,"num":0}} c0ffee""");
        Assert.Equal("""451-["picture",{"_placeholder":true,"num":0}]""", await official.ReadTextAsync());
        Assert.Equal((WebSocketOpcode.Binary, "C0FFEE"), await official.ReadFrameAsync() is { } frame ? (frame.Opcode, Convert.ToHexString(frame.Payload)) : default);
        await official.SendTextAsync("""451-["picture",{"_placeholder":true,"num":0}]""");
        await official.WriteAsync(ClientFrames.Binary([0xBE, 0xEF]));
        Assert.Equal("""bin {"event":"picture","data":{"_placeholder":true,"num":0}} beef""", await raw.ReceiveAsync());
    }

    [Fact]
    public async Task A_batch_for_a_mixed_room_reaches_everybody_in_order()
    {
        await using TestApp app = await RawApp.StartAsync();
        List<RawClient> raws = [];
        List<RawWebSocket> officials = [];
        for (int i = 0; i < 3; i++)
        {
            raws.Add(await (await RawClient.ConnectAsync(app)).JoinAsync());
            officials.Add(await Client.JoinAsync(app));
        }

        await officials[0].WriteAsync(ClientFrames.Join([.. Enumerable.Range(0, 20).Select(static i => ClientFrames.Text($"42[\"say\",{i}]"))]));
        for (int i = 0; i < 20; i++)
        {
            foreach (RawClient raw in raws)
            {
                Assert.Equal($$"""{"event":"said","data":{{i}}}""", await raw.ReceiveAsync());
            }

            foreach (RawWebSocket official in officials)
            {
                Assert.Equal($"42[\"said\",{i}]", await official.ReadTextAsync());
            }
        }
    }

    [Fact]
    public async Task Who_does_not_authenticate_in_time_is_closed_and_told_why()
    {
        await using TestApp app = await RawApp.StartAsync(options: static options => options.Connections.AuthenticationTimeout = TimeSpan.FromMilliseconds(200));
        await using RawClient silent = await RawClient.ConnectAsync(app);
        Assert.Equal("""{"close":{"code":2004,"reason":"connect timeout"}}""", await silent.ReceiveAsync());
        Assert.Equal("close", await silent.ReceiveAsync());
        Assert.Equal(TimeSpan.FromSeconds(5), new RealtimeOptions().Connections.AuthenticationTimeout);
    }

    [Fact]
    public async Task The_server_sends_WebSocket_pings_and_cuts_after_two_without_an_answer()
    {
        var time = new FakeTimeProvider(DateTimeOffset.UtcNow);
        await using TestApp app = await RawApp.StartAsync(time: time, options: static options =>
        {
            options.Heartbeat.Interval = TimeSpan.FromMilliseconds(100);
            options.Heartbeat.Timeout = TimeSpan.FromMilliseconds(50);
            options.Connections.CloseTimeout = TimeSpan.FromHours(1); // of the same clock, which runs while what was sent is read
        });
        await using RawWebSocket client = await RawWebSocket.ConnectAsync(app.Port, tls: false, "/ws");
        await client.SendTextAsync("""{"auth":{}}""");
        Assert.StartsWith("""{"connected""", await client.ReadTextAsync(), StringComparison.Ordinal);

        // While it answers it lives: more pings than may stay without an answer.
        for (int i = 0; i < 5; i++)
        {
            Assert.Equal(WebSocketOpcode.Ping, (await client.ReadFrameAsync().WhileAsync(time))?.Opcode);
            await client.WriteAsync(ClientFrames.Pong(""));
            await client.SendTextAsync("""{"event":"length","data":"abc","id":1}""");
            Assert.Equal("""{"ack":1,"data":3}""", await client.ReadTextAsync()); // so the pong was read
        }

        List<string> rest = [];
        while (await client.ReadFrameAsync().WhileAsync(time) is { } frame)
        {
            rest.Add(frame.Opcode == WebSocketOpcode.Text ? System.Text.Encoding.UTF8.GetString(frame.Payload) : $"{frame.Opcode}");
            if (frame.Opcode == WebSocketOpcode.Close)
            {
                break;
            }
        }

        Assert.Equal(["Ping", "Ping", """{"close":{"code":1002,"reason":"ping timeout"}}""", "Close"], rest);
    }

    [Fact]
    public async Task A_client_of_DotNet_answers_the_pings_by_itself()
    {
        var time = new FakeTimeProvider(DateTimeOffset.UtcNow);
        await using TestApp app = await RawApp.StartAsync(time: time, options: static options =>
        {
            options.Heartbeat.Interval = TimeSpan.FromMilliseconds(150);
            options.Heartbeat.Timeout = TimeSpan.FromMilliseconds(150);
        });
        await using RawClient client = await (await RawClient.ConnectAsync(app)).JoinAsync();

        // Ten heartbeats. Without an answer it would be over after the third.
        for (int beat = 0; beat < 10; beat++)
        {
            time.Advance(TimeSpan.FromMilliseconds(150));
            for (int i = 0; i < 2; i++)
            {
                // The first answer comes behind the ping, and what is asked then goes behind its pong.
                await client.SendAsync("""{"event":"length","data":"abc","id":1}""");
                Assert.Equal("""{"ack":1,"data":3}""", await client.ReceiveAsync());
            }
        }
    }

    [Theory]
    [InlineData("[]", "A message is one JSON object.")]
    [InlineData("", "The message is no JSON, or is nested deeper than 512 levels.")]
    [InlineData("{", "The message is no JSON, or is nested deeper than 512 levels.")]
    [InlineData("{}{}", "The message is no JSON, or is nested deeper than 512 levels.")]
    [InlineData("{}", "A message has exactly one of the members event, ack, auth and disconnect: see docs/protocol/raw-websocket.md.")]
    [InlineData("""{"event":"a","ack":1}""", "A message has exactly one of the members event, ack, auth and disconnect: see docs/protocol/raw-websocket.md.")]
    [InlineData("""{"ack":1,"id":2}""", "A message has exactly one of the members event, ack, auth and disconnect: see docs/protocol/raw-websocket.md.")]
    [InlineData("""{"event":1}""", "event is a string, once.")]
    [InlineData("""{"event":"a","event":"b"}""", "event is a string, once.")]
    [InlineData("""{"event":"a","data":1,"data":2}""", "data stands once.")]
    [InlineData("""{"event":"a","data":1,"args":[2]}""", "A message has data or args, not both.")]
    [InlineData("""{"event":"a","args":1}""", "args is an array, once.")]
    [InlineData("""{"event":"a","id":-1}""", "id is a whole number from 0 to 2^64-1, once.")]
    [InlineData("""{"event":"a","id":1.5}""", "id is a whole number from 0 to 2^64-1, once.")]
    [InlineData("""{"event":"a","id":18446744073709551616}""", "id is a whole number from 0 to 2^64-1, once.")]
    [InlineData("""{"event":"a","ns":"chat"}""", "ns is a string that begins with a slash and holds no comma, once.")]
    [InlineData("""{"event":"a","ns":"/a,b"}""", "ns is a string that begins with a slash and holds no comma, once.")]
    [InlineData("""{"event":"a","ns":"/\ud800"}""", "ns is a string that begins with a slash and holds no comma, once.")]
    [InlineData("""{"event":"a","ns":"/never/joined"}""", "a packet for a namespace that was not joined")]
    [InlineData("""{"auth":"text"}""", "auth is an object or null, once.")]
    [InlineData("""{"auth":{},"data":1}""", "Beside auth or disconnect stands ns and nothing else.")]
    [InlineData("""{"auth":{}}""", "a namespace that was joined already")]
    [InlineData("""{"disconnect":false}""", "disconnect is true, once.")]
    [InlineData("""{"event":"connect"}""", "The name of the event is reserved, or a placeholder has no attachment.")]
    [InlineData("""{"event":"disconnecting"}""", "The name of the event is reserved, or a placeholder has no attachment.")]
    [InlineData("""bin {"event":"a","data":{"_placeholder":true,"num":1}} 00""", "The name of the event is reserved, or a placeholder has no attachment.")]
    [InlineData("""bin {"event":"a"} 00 01 02 03 04 05 06 07 08 09 0a""", "A message has at most 10 attachments.")]
    public async Task What_is_no_message_ends_the_connection_with_a_reason(string message, string fault)
    {
        await using TestApp app = await RawApp.StartAsync();
        await using RawClient bystander = await (await RawClient.ConnectAsync(app)).JoinAsync();
        await using RawClient client = await (await RawClient.ConnectAsync(app)).JoinAsync();
        await client.SendAsync(message);
        using var error = System.Text.Json.JsonDocument.Parse(await client.ReceiveAsync());
        Assert.Equal(("protocol_violation", fault), (error.RootElement.GetProperty("error").GetProperty("code").GetString(), error.RootElement.GetProperty("error").GetProperty("message").GetString()));
        Assert.StartsWith("""{"close":{"code":200""", await client.ReceiveAsync(), StringComparison.Ordinal);
        Assert.Equal("close", await client.ReceiveAsync());
        await bystander.SendAsync("""{"event":"length","data":"abc","id":1}""");
        Assert.Equal("""{"ack":1,"data":3}""", await bystander.ReceiveAsync());
    }

    [Theory]
    [InlineData("")]
    [InlineData("000000")]
    [InlineData("00000009" + "7b7d")]
    [InlineData("ffffffff" + "7b7d")]
    [InlineData("00000002" + "7b7d" + "00000005" + "00")]
    [InlineData("00000002" + "7b7d" + "00")]
    [InlineData("00000001" + "ff")]
    public async Task A_binary_message_that_lies_about_its_lengths_ends_the_connection(string hex)
    {
        await using TestApp app = await RawApp.StartAsync();
        await using RawClient client = await (await RawClient.ConnectAsync(app)).JoinAsync();
        await client.SendBinaryAsync(Convert.FromHexString(hex));
        Assert.StartsWith("""{"error":{"code":"protocol_violation","message":""", await client.ReceiveAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_request_that_is_no_WebSocket_is_told_so_and_conventions_work()
    {
        await using TestApp app = await RawApp.StartAsync(convention: static raw => raw.RequireHost("ws.example"));
        using HttpClient http = app.CreateClient();
        using HttpResponseMessage elsewhere = await http.SendAsync("/ws");
        Assert.Equal(HttpStatusCode.NotFound, elsewhere.StatusCode);
        using HttpResponseMessage plain = await http.SendAsync("/ws", headers: ("Host", "ws.example"));
        Assert.Equal(HttpStatusCode.UpgradeRequired, plain.StatusCode);
        Assert.Equal("websocket", plain.Headers.GetValues("Upgrade").Single());
    }

    [Theory]
    [InlineData("Development", "Origin: https://evil.example\r\n", 403)]
    [InlineData("Development", "Origin: https://good.example\r\n", 101)]
    [InlineData("Development", "X-No: 1\r\n", 403)]
    [InlineData("Production", "", 403)]
    [InlineData("Development", "", 101)]
    public async Task A_handshake_passes_what_those_of_Socket_IO_clients_pass(string environment, string headers, int status)
    {
        await using TestApp app = await RawApp.StartAsync(
            environment: environment,
            http: static options =>
            {
                options.AllowedOrigins.Add("https://good.example");
                options.AllowRequest = static context => new ValueTask<string?>(context.Request.Headers.ContainsKey("X-No") ? "no" : null);
            });
        Assert.Equal(status, Client.StatusOf(await Client.HandshakeAsync(app, headers, "/ws")));
    }

    [Fact]
    public async Task It_works_with_permessage_deflate_and_in_memory()
    {
        string text = new('x', 5000);
        await using TestApp app = await RawApp.StartAsync(http: static options => options.PerMessageDeflate = true);
        await using RawClient deflated = await (await RawClient.ConnectAsync(app, configure: static options => options.DangerousDeflateOptions = new WebSocketDeflateOptions())).JoinAsync();
        await deflated.SendAsync($$"""{"event":"repeat","data":"{{text}}"}""");
        Assert.Equal($$"""{"event":"repeated","data":"{{text}}"}""", await deflated.ReceiveAsync());

        await using TestApp memory = await RawApp.StartAsync(Wire.Memory, static options =>
        {
            options.Heartbeat.Interval = TimeSpan.FromMilliseconds(20);
            options.Heartbeat.Timeout = TimeSpan.FromMilliseconds(20);
        });
        await using RawClient client = await (await RawClient.ConnectInMemoryAsync(memory)).JoinAsync();
        Task<string> received = client.ReceiveAsync();

        // Nobody can be pinged here, and nobody is cut for that.
        await new WheelClock(memory.App.Services.GetRequiredService<IRealtimeServer>().Engine.Wheel).PassAsync(TimeSpan.FromMilliseconds(300)).Within();
        await client.SendAsync("""{"event":"length","data":"abc","id":1}""");
        Assert.Equal("""{"ack":1,"data":3}""", await received.Within());
    }
}
