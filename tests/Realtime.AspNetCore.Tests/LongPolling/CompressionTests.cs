using System.IO.Compression;
using System.Text;
using Realtime.AspNetCore.Tests.Support;
using Realtime.AspNetCore.Tests.Transports;
using Realtime.Contracts;
using Realtime.Contracts.Transports;
using Realtime.Core.Connections;
using Realtime.Core.Framing;

namespace Realtime.AspNetCore.Tests.LongPolling;

public sealed class CompressionTests
{
    [Theory]
    [InlineData("gzip", 1023, true, "gzip")] // the digit of the frame makes it 1,024
    [InlineData("gzip", 1022, true, "")]
    [InlineData("deflate", 5000, true, "deflate")]
    [InlineData("deflate, gzip", 5000, true, "gzip")]
    [InlineData("gzip;q=0, deflate", 5000, true, "deflate")]
    [InlineData("gzip;q=0, deflate;q=0.0", 5000, true, "")]
    [InlineData("GZIP", 5000, true, "gzip")]
    [InlineData("br", 5000, true, "")]
    [InlineData("identity", 5000, true, "")]
    [InlineData("", 5000, true, "")]
    [InlineData("gzip", 5000, false, "")]
    [InlineData("nonsense;;q=,,", 5000, true, "")]
    public async Task A_response_is_compressed_when_it_is_worth_it_and_the_client_can(string accepts, int length, bool compress, string expected)
    {
        var handler = new RecordingHandler();
        await using EngineApp app = await EngineApp.StartAsync(Wire.Plain, handler);
        await using PollingClient client = await PollingClient.ConnectAsync(app.Host);
        Connection connection = await handler.NextOpenedAsync();
        Send(connection, length, compress);
        Assert.Equal((expected, "4" + new string('a', length)), await PollAsync(app, client, accepts));
    }

    [Fact]
    public async Task One_packet_that_may_be_compressed_is_enough()
    {
        var handler = new RecordingHandler();
        await using EngineApp app = await EngineApp.StartAsync(Wire.Plain, handler);
        await using PollingClient client = await PollingClient.ConnectAsync(app.Host);
        Connection connection = await handler.NextOpenedAsync();
        Send(connection, 2000, compress: false);
        Send(connection, 1, compress: true);
        Assert.Equal(("gzip", $"4{new string('a', 2000)}\u001e4a"), await PollAsync(app, client, "gzip"));
    }

    [Theory]
    [InlineData(null, 100_000, "")]
    [InlineData(10, 20, "gzip")]
    public async Task The_threshold_is_an_option(int? threshold, int length, string expected)
    {
        var handler = new RecordingHandler();
        await using EngineApp app = await EngineApp.StartAsync(Wire.Plain, handler, http: options => options.CompressionThreshold = threshold);
        await using PollingClient client = await PollingClient.ConnectAsync(app.Host);
        Send(await handler.NextOpenedAsync(), length, compress: true);
        Assert.Equal((expected, "4" + new string('a', length)), await PollAsync(app, client, "gzip"));
    }

    [Theory]
    [InlineData(false, false)]
    [InlineData(true, true)]
    public async Task WebSockets_are_compressed_only_when_the_application_says_so(bool enabled, bool negotiated)
    {
        await using EngineApp app = await EngineApp.StartAsync(Wire.Plain, new RecordingHandler(), http: options => options.PerMessageDeflate = enabled);
        string offered = await Client.HandshakeAsync(app.Host, "Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits\r\n", EngineApp.Path + "?EIO=4&transport=websocket");
        Assert.Equal(101, Client.StatusOf(offered));
        Assert.Equal(negotiated, offered.Contains("permessage-deflate", StringComparison.OrdinalIgnoreCase));
        string notOffered = await Client.HandshakeAsync(app.Host, "", EngineApp.Path + "?EIO=4&transport=websocket");
        Assert.Equal(101, Client.StatusOf(notOffered));
        Assert.DoesNotContain("Sec-WebSocket-Extensions", notOffered, StringComparison.OrdinalIgnoreCase);
    }

    private static void Send(Connection connection, int length, bool compress)
    {
        EncodedPacketWriter writer = EncodedPacketWriter.Rent();
        writer.BeginText();
        System.Buffers.BuffersExtensions.Write(writer, Encoding.ASCII.GetBytes(new string('a', length)));
        writer.EndMessage();
        EncodedPacket packet = writer.Build(compress);
        Assert.True(connection.Send(packet));
        packet.Release();
    }

    private static async Task<(string Encoding, string Body)> PollAsync(EngineApp app, PollingClient client, string accepts)
    {
        using HttpClient http = app.Host.CreateClient();
        using HttpResponseMessage response = await http.SendAsync($"{EngineApp.Path}?EIO=4&transport=polling&sid={client.Id}", headers: ("Accept-Encoding", accepts));
        string encoding = response.Content.Headers.ContentEncoding.SingleOrDefault() ?? "";
        Stream body = await response.Content.ReadAsStreamAsync();
        body = encoding switch { "gzip" => new GZipStream(body, CompressionMode.Decompress), "deflate" => new ZLibStream(body, CompressionMode.Decompress), _ => body };
        using var reader = new StreamReader(body);
        return (encoding, await reader.ReadToEndAsync(Bounded.Token()));
    }
}
