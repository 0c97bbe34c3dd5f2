using System.Text;
using Realtime.AspNetCore.Tests.Support;
using Realtime.AspNetCore.Tests.WebSockets.Rfc6455;
using Realtime.Contracts;
using Realtime.Contracts.Transports;
using Realtime.Core.Connections;
using Realtime.Core.Framing;

namespace Realtime.AspNetCore.Tests.WebSockets.Server;

/// <summary>What can go wrong between the web server's own output and writes straight to its socket.</summary>
public sealed class SocketPathTests
{
    private const string Target = $"{EngineApp.Path}?EIO=4&transport=websocket";

    [Fact]
    public async Task Nothing_overtakes_the_response_and_the_open_packet_although_a_client_sends_before_it_has_them()
    {
        var handler = new RecordingHandler { Message = RecordingHandler.Echo };
        await using EngineApp app = await EngineApp.StartAsync(Wire.Plain, handler);
        await Parallel.ForEachAsync(Enumerable.Range(0, 300), new ParallelOptions { MaxDegreeOfParallelism = 20 }, async (_, _) =>
        {
            byte[] early = ClientFrames.Join(ClientFrames.Text("4one"), ClientFrames.Ping("p"), ClientFrames.Text("4two"));
            await using RawWebSocket client = await RawWebSocket.ConnectAsync(app.Host.Port, tls: false, Target, early);
            Assert.StartsWith("0{", await client.ReadTextAsync(), StringComparison.Ordinal);
            await AssertEchoesAsync(client, "4one", "4two");
        });
    }

    [Fact]
    public async Task Nothing_overtakes_what_was_sent_while_the_connection_opened()
    {
        // More than the socket takes and less than the web server's buffer: it is written, and still stands there when the client sends.
        const int greetings = 40;
        var handler = new RecordingHandler
        {
            Message = RecordingHandler.Echo,
            Opened = static connection =>
            {
                for (int i = 0; i < greetings; i++)
                {
                    Outgoing.Send(connection, Outgoing.Letters(50_000, i));
                }
            },
        };
        await using EngineApp app = await EngineApp.StartAsync(Wire.Plain, handler, static options => options.MaxBufferedBytes = 100_000_000);
        await Parallel.ForEachAsync(Enumerable.Range(0, 20), new ParallelOptions { MaxDegreeOfParallelism = 5 }, async (_, _) =>
        {
            await using RawWebSocket client = await RawWebSocket.ConnectAsync(app.Host.Port, tls: false, Target, receiveBuffer: 4 * 1024);
            await client.SendTextAsync("4x");
            Assert.StartsWith("0{", await client.ReadTextAsync(), StringComparison.Ordinal);
            for (int i = 0; i < greetings; i++)
            {
                Outgoing.AssertSame(Outgoing.Letters(50_000, i), Outgoing.Text(await client.ReadTextAsync()));
            }

            await AssertEchoesAsync(client, "4x");
        });
    }

    [Theory]
    [InlineData(nameof(Wire.Plain))]
    [InlineData(nameof(Wire.Tls))]
    public async Task Replies_bigger_than_the_buffers_reach_a_reader_that_starts_late(string wire)
    {
        const int replies = 40;
        var handler = new RecordingHandler { Message = RecordingHandler.Echo };
        await using EngineApp app = await EngineApp.StartAsync(Enum.Parse<Wire>(wire), handler, static options => options.MaxBufferedBytes = 100_000_000);
        await using RawWebSocket client = await RawWebSocket.ConnectAsync(app.Host.Port, app.Host.Wire == Wire.Tls, Target);
        Connection connection = await handler.NextOpenedAsync();
        for (int i = 0; i < replies; i++)
        {
            EncodedMessage big = Outgoing.Letters(300_000, i);
            await client.WriteAsync(ClientFrames.Text(big.Data.ToArray()));
            await handler.NextMessageAsync();
        }

        Assert.True(connection.Outbound.BufferedBytes > 1_000_000, $"A reader that has not started leaves {connection.Outbound.BufferedBytes} bytes unsent.");
        Assert.InRange(connection.Outbound.BufferedBytes, 1_000_000, replies * 300_100);
        Assert.StartsWith("0{", await client.ReadTextAsync(), StringComparison.Ordinal);
        for (int i = 0; i < replies; i++)
        {
            Outgoing.AssertSame(Outgoing.Letters(300_000, i), Outgoing.Text(await client.ReadTextAsync()));
        }

        await Bounded.UntilAsync(() => connection.Outbound.BufferedBytes == 0, "everything is sent");
        Assert.True(connection.Outbound.IsWritable);
    }

    [Theory]
    [InlineData(nameof(Wire.Plain))]
    [InlineData(nameof(Wire.Tls))]
    public async Task Pongs_stand_between_big_messages_and_never_within_one(string wire)
    {
        const int rounds = 30;
        var handler = new RecordingHandler { Message = RecordingHandler.Echo };
        await using EngineApp app = await EngineApp.StartAsync(Enum.Parse<Wire>(wire), handler, static options => options.MaxBufferedBytes = 100_000_000);
        await using RawWebSocket client = await RawWebSocket.ConnectAsync(app.Host.Port, app.Host.Wire == Wire.Tls, Target);
        Connection connection = await handler.NextOpenedAsync();
        Task others = Task.Run(() =>
        {
            for (int i = 0; i < rounds; i++)
            {
                Outgoing.Send(connection, Outgoing.Binary(Outgoing.Bytes(100_000, i)));
            }
        });
        for (int i = 0; i < rounds; i++)
        {
            await client.WriteAsync(ClientFrames.Join(ClientFrames.Ping($"{i}"), ClientFrames.Text(Outgoing.Letters(150_000, i).Data.ToArray())));
        }

        Assert.StartsWith("0{", await client.ReadTextAsync(), StringComparison.Ordinal);
        int pongs = 0;
        int echoes = 0;
        int binaries = 0;
        while (echoes < rounds || binaries < rounds || pongs < rounds)
        {
            (WebSocketOpcode opcode, byte[] payload) = (await client.ReadFrameAsync())!.Value;
            switch (opcode)
            {
                case WebSocketOpcode.Pong:
                    Assert.Equal($"{pongs++}", Encoding.ASCII.GetString(payload));
                    break;
                case WebSocketOpcode.Text:
                    Assert.Equal(Outgoing.Letters(150_000, echoes++).Data.ToArray(), payload);
                    break;
                default:
                    Assert.Equal(Outgoing.Bytes(100_000, binaries++), payload);
                    break;
            }
        }

        await others.Within();
    }

    private static async Task AssertEchoesAsync(RawWebSocket client, params string[] expected)
    {
        int found = 0;
        while (found < expected.Length)
        {
            (WebSocketOpcode opcode, byte[] payload) = (await client.ReadFrameAsync())!.Value;
            if (opcode == WebSocketOpcode.Text)
            {
                Assert.Equal(expected[found++], Encoding.UTF8.GetString(payload));
            }
        }
    }
}
