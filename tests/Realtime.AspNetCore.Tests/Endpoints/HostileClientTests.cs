using System.Threading.Channels;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Realtime.AspNetCore.Tests.Support;
using Realtime.AspNetCore.Tests.WebSockets.Rfc6455;
using Realtime.Contracts;
using Realtime.Core.Framing;
using Realtime.Core.Hosting;

namespace Realtime.AspNetCore.Tests.Endpoints;

/// <summary>Whatever one client does, another goes on, and nothing of it stays.</summary>
public sealed class HostileClientTests : IAsyncLifetime
{
    private const int MaxMessage = 10_000;
    private TestApp _app = null!;
    private IRealtimeServer _server = null!;
    private readonly Channel<string> _answers = Channel.CreateUnbounded<string>();
    private RawWebSocket _other = null!;
    private Task _listening = Task.CompletedTask;
    private HttpClient _http = null!;

    /// <summary>What a client does on a WebSocket behind the handshake; the last write is followed by a cut where it says so.</summary>
    public static TheoryData<string, string, bool> OnWebSocket => new()
    {
        { "nothing at all", "", true },
        { "leaves before it joins", "T:1", false },
        { "an empty text", "T:", false },
        { "an unknown frame", "T:9", false },
        { "a frame that is a letter", "T:x", false },
        { "a ping of the other direction", "T:2", false },
        { "bad base64", "T:b!!!!", false },
        { "base64 without its padding", "T:bAQI", false },
        { "an event before it joined", "T:42[\"x\"]", false },
        { "an acknowledgement of nothing", "T:40 T:430[1]", true },
        { "an unknown namespace", "T:40/unknown,", true },
        { "joins twice", "T:40 T:40", true },
        { "a packet of an unknown kind", "T:40 T:49", false },
        { "no JSON", "T:40 T:42{", false },
        { "half a JSON", "T:40 T:42[\"x\",", false },
        { "an event without a name", "T:40 T:42[]", false },
        { "an event with a reserved name", "T:40 T:42[\"connect\"]", false },
        { "more behind the JSON", "T:40 T:42[\"x\"]]", false },
        { "nesting without end", $"T:40 T:42[\"x\",{new string('[', 5_000)}", false },
        { "too many attachments", "T:40 T:45999999-[\"x\"]", false },
        { "attachments that never come", "T:40 T:451-[\"x\",{\"_placeholder\":true,\"num\":0}]", true },
        { "text where an attachment is due", "T:40 T:451-[\"x\",{\"_placeholder\":true,\"num\":0}] T:42[\"y\"]", false },
        { "an attachment that nobody announced", "T:40 B:0102", false },
        { "a placeholder without an attachment", "T:40 T:451-[\"x\",{\"_placeholder\":true,\"num\":7}]", false },
        { "an id that no number holds", $"T:40 T:42{new string('9', 100)}[\"x\"]", false },
        { "namespace of ten thousand letters", $"T:40/{new string('n', MaxMessage - 100)},", true },
        { "a message that is too big", $"T:4{new string('a', MaxMessage)}", false },
        { "a frame header that claims too much", "H:82FF7FFFFFFFFFFFFFFF00000000", false },
        { "a frame without a mask", "H:8101", false },
        { "half a frame header", "H:82", true },
        { "half a frame", "H:8190000000004142", true },
        { "a fragment that is never continued", "H:018100000000343432", true },
        { "text that is no UTF-8", "H:818200000000FFFF", false },
        { "an upgrade that is none", "T:5", true },
        { "a probe that is none", "T:2probe", false },
        { "a close frame with a forbidden code", "H:88820000000003ED", false },
        { "bytes of another protocol", "H:16030100", false },
    };

    /// <summary>Raw HTTP requests; <c>{sid}</c> is a connection that was opened before.</summary>
    public static TheoryData<string, string, bool> OnHttp => new()
    {
        { "no query", "GET /socket.io/ HTTP/1.1\r\nHost: x\r\n\r\n", false },
        { "a query of garbage", "GET /socket.io/?%%%=%zz&&&==&EIO=4&EIO=4&transport=polling&transport=polling&sid= HTTP/1.1\r\nHost: x\r\n\r\n", false },
        { "the name of a member of an object", "GET /socket.io/?EIO=4&transport=polling&sid=__proto__ HTTP/1.1\r\nHost: x\r\n\r\n", false },
        { "a very long id", $"GET /socket.io/?EIO=4&transport=polling&sid={new string('s', 7000)} HTTP/1.1\r\nHost: x\r\n\r\n", false },
        { "an unknown method", "BREW /socket.io/?EIO=4&transport=polling HTTP/1.1\r\nHost: x\r\n\r\n", false },
        { "a body on a handshake", "GET /socket.io/?EIO=4&transport=polling HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\nhello", false },
        { "an origin with a control character", "GET /socket.io/?EIO=4&transport=polling HTTP/1.1\r\nHost: x\r\nOrigin: http://a\tb\r\n\r\n", false },
        { "a WebSocket without a key", "GET /socket.io/?EIO=4&transport=websocket HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n\r\n", false },
        { "a WebSocket of another version", "GET /socket.io/?EIO=4&transport=websocket HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 8\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n", false },
        { "a WebSocket that says polling", "GET /socket.io/?EIO=4&transport=polling HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n", false },
        { "a WebSocket for nobody", "GET /socket.io/?EIO=4&transport=websocket&sid=nobody HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n", false },
        { "half a request", "GET /socket.io/?EIO=4&transport=polling HTTP/1.1\r\nHo", true },
        { "a handshake that is cut", "GET /socket.io/?EIO=4&transport=polling HTTP/1.1\r\nHost: x\r\n\r\n", true },
        { "a WebSocket handshake that is cut", "GET /socket.io/?EIO=4&transport=websocket HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n", true },
        { "an empty body", "POST /socket.io/?EIO=4&transport=polling&sid={sid} HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n", false },
        { "separators only", "POST /socket.io/?EIO=4&transport=polling&sid={sid} HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n\r\n\u001e\u001e\u001e", false },
        { "a body of garbage", "POST /socket.io/?EIO=4&transport=polling&sid={sid} HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\n\r\n\u00ff\u0000\u00fe\u001e", false },
        { "a binary body", "POST /socket.io/?EIO=4&transport=polling&sid={sid} HTTP/1.1\r\nHost: x\r\nContent-Type: application/octet-stream\r\nContent-Length: 1\r\n\r\n4", false },
        { "a body that is cut", "POST /socket.io/?EIO=4&transport=polling&sid={sid} HTTP/1.1\r\nHost: x\r\nContent-Length: 500\r\n\r\n4abc", true },
        { "a body that lies about its length", "POST /socket.io/?EIO=4&transport=polling&sid={sid} HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\n41234567890", true },
        { "chunks of garbage", "POST /socket.io/?EIO=4&transport=polling&sid={sid} HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nZZ\r\n", true },
        { "a poll that is cut", "GET /socket.io/?EIO=4&transport=polling&sid={sid} HTTP/1.1\r\nHost: x\r\n\r\n", true },
        { "leaves, and sends more in the same body", "POST /socket.io/?EIO=4&transport=polling&sid={sid} HTTP/1.1\r\nHost: x\r\nContent-Length: 6\r\n\r\n1\u001e49!!", false },
    };

    public async Task InitializeAsync()
    {
        _app = await TestApp.StartAsync(
            Wire.Plain,
            static services => services.AddRealtime(static options =>
            {
                options.Connections.MaxMessageBytes = MaxMessage;
                options.Connections.CloseTimeout = TimeSpan.FromSeconds(1);
                options.Connections.ConnectTimeout = TimeSpan.FromSeconds(5);
                options.Heartbeat.Interval = TimeSpan.FromSeconds(0.5);
                options.Heartbeat.Timeout = TimeSpan.FromSeconds(3); // as long may the other client stall on a busy machine
                options.Heartbeat.MaxMissed = 1;
            }).AddNamespace("/", static space => space.On("echo", static context => context.AckAsync(context.Arguments[0]))),
            static app => app.MapRealtime());
        _server = _app.App.Services.GetRequiredService<IRealtimeServer>();
        _http = _app.CreateClient();
        _other = await Client.JoinAsync(_app);
        _listening = ListenAsync();
    }

    public async Task DisposeAsync()
    {
        _http.Dispose();
        _other.Cut();
        await _listening.Within();
        await _app.DisposeAsync();
    }

    [Theory]
    [MemberData(nameof(OnWebSocket))]
    public async Task On_a_WebSocket(string what, string script, bool cut)
    {
        Assert.NotEmpty(what);
        await using (RawWebSocket socket = await RawWebSocket.ConnectAsync(_app.Port, tls: false, Client.WebSocket))
        {
            foreach (string step in script.Split(' ', StringSplitOptions.RemoveEmptyEntries))
            {
                byte[] bytes = step[..2] switch
                {
                    "T:" => ClientFrames.Text(step[2..]),
                    "B:" => ClientFrames.Binary(Convert.FromHexString(step[2..])),
                    _ => Convert.FromHexString(step[2..]),
                };
                await Record.ExceptionAsync(() => socket.WriteAsync(bytes)); // the server may have seen enough
            }

            if (cut)
            {
                socket.Cut();
            }
            else
            {
                // The server ends it, and says so before it does.
                bool told = false;
                while (await socket.ReadFrameAsync() is { } frame)
                {
                    if (frame.Opcode == WebSocketOpcode.Close)
                    {
                        told = true;
                        await Record.ExceptionAsync(() => socket.WriteAsync(ClientFrames.Frame(WebSocketOpcode.Close, frame.Payload)));
                        socket.Finish();
                    }
                }

                Assert.True(told || script.Length == 0 || script is "T:1", "It ended without a close frame.");
            }
        }

        await AssertNothingStaysAsync();
    }

    [Theory]
    [MemberData(nameof(OnHttp))]
    public async Task Over_HTTP(string what, string request, bool cut)
    {
        Assert.NotEmpty(what);
        string sid = "";
        if (request.Contains("{sid}", StringComparison.Ordinal))
        {
            sid = (await _http.OpenAsync()).Split("sid=")[1];
        }

        await using (RawHttp raw = await RawHttp.ConnectAsync(_app.Port))
        {
            await raw.SendAsync(request.Replace("{sid}", sid, StringComparison.Ordinal));
            if (cut)
            {
                raw.Cut();
            }
            else
            {
                string response = await raw.ReadResponseAsync();
                Assert.StartsWith("HTTP/1.1 ", response, StringComparison.Ordinal);
                Assert.InRange(Client.StatusOf(response), 200, 499);
            }
        }

        await AssertNothingStaysAsync();
    }

    [Fact]
    public async Task A_body_that_is_too_big_is_refused_and_the_connection_survives()
    {
        string target = await _http.OpenAsync();
        using HttpResponseMessage refused = await _http.SendAsync(target, "POST", new string('4', MaxMessage + 1));
        Assert.Equal(413, (int)refused.StatusCode);
        using HttpResponseMessage joined = await _http.SendAsync(target, "POST", "40");
        Assert.Equal("ok", await joined.Content.ReadAsStringAsync());
        using HttpResponseMessage left = await _http.SendAsync(target, "POST", "1");
        await AssertNothingStaysAsync();
    }

    [Fact]
    public async Task A_second_body_cuts_the_first_and_ends_the_connection()
    {
        string target = await _http.OpenAsync();
        await using RawHttp first = await RawHttp.ConnectAsync(_app.Port);
        await first.SendAsync($"POST {target} HTTP/1.1\r\nHost: x\r\nContent-Length: 500\r\nExpect: 100-continue\r\n\r\n");
        Assert.StartsWith("HTTP/1.1 100 ", await first.ReadResponseAsync(), StringComparison.Ordinal);

        using HttpResponseMessage second = await _http.SendAsync(target, "POST", "4x");

        Assert.Equal(400, (int)second.StatusCode);
        Assert.Equal("", await first.ReadAsync(static _ => false));
        await AssertNothingStaysAsync();
    }

    [Fact]
    public async Task A_second_poll_ends_both_and_the_connection()
    {
        string target = await _http.OpenAsync();
        Task<HttpResponseMessage> first = _http.SendAsync(target);
        while (!first.IsCompleted)
        {
            // Either may be first at the server; the one that comes second is refused, and the other told to leave.
            using HttpResponseMessage second = await _http.SendAsync(target).Within();
            if (second.StatusCode == System.Net.HttpStatusCode.OK)
            {
                Assert.Equal("1", await second.Content.ReadAsStringAsync());
            }
        }

        (await first).Dispose();
        await AssertNothingStaysAsync();
    }

    /// <summary>The other client answers the heartbeat, as all do.</summary>
    private async Task ListenAsync()
    {
        while (await _other.ReadFrameAsync() is { Opcode: WebSocketOpcode.Text } frame)
        {
            if (frame.Payload is [(byte)'2'])
            {
                await _other.SendTextAsync("3");
            }
            else
            {
                _answers.Writer.TryWrite(System.Text.Encoding.UTF8.GetString(frame.Payload));
            }
        }
    }

    private async Task AssertNothingStaysAsync()
    {
        await _other.SendTextAsync("420[\"echo\",\"still here\"]");
        Assert.Equal("430[\"still here\"]", await _answers.Reader.ReadAsync(Bounded.Token()));
        await Bounded.UntilAsync(
            () => _server.Engine.Connections.Count(static connection => connection.IsOpen) <= 1 && _server.Of("/").Sockets.Count() == 1, "only the other client is left");
    }
}
