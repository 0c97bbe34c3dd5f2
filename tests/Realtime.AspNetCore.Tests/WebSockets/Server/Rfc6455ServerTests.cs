using System.Collections.Concurrent;
using System.Globalization;
using System.IO.Pipelines;
using System.Net.Sockets;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Realtime.AspNetCore.Tests.Support;
using Realtime.AspNetCore.Tests.WebSockets.Rfc6455;
using Realtime.AspNetCore.WebSockets;
using Realtime.Contracts;
using Realtime.Core.Framing;

namespace Realtime.AspNetCore.Tests.WebSockets.Server;

/// <summary>The table on the transport behind a real web server and a real connection.</summary>
public sealed class Rfc6455ServerTests
{
    private const int Parallel = 50;
    private const string Marker = "handled";

    [Fact]
    public Task The_server_does_what_every_case_expects_on_a_socket() => RunAllAsync(Wire.Plain, byteByByte: false);

    [Fact]
    public Task The_server_does_what_every_case_expects_over_TLS() => RunAllAsync(Wire.Tls, byteByByte: false);

    [Fact]
    public Task The_server_does_what_every_case_expects_on_a_socket_of_bytes_that_come_in_parts() => RunAllAsync(Wire.Plain, byteByByte: true);

    private static async Task RunAllAsync(Wire wire, bool byteByByte)
    {
        ConcurrentDictionary<string, Rfc6455Receiver> receivers = new();
        await using TestApp app = await TestApp.StartAsync(wire, static _ => { }, app => app.Map("/row", context => ServeAsync(context, receivers)));
        ConcurrentBag<string> failures = [];
        await System.Threading.Tasks.Parallel.ForEachAsync(Rfc6455Cases.All, new ParallelOptions { MaxDegreeOfParallelism = Parallel }, async (row, _) =>
        {
            try
            {
                await RunAsync(row, app, receivers, byteByByte);
            }
            catch (Exception failure)
            {
                failures.Add($"{row.Name}: {failure.Message.ReplaceLineEndings(" ")}");
            }
        });
        Assert.True(failures.IsEmpty, $"{failures.Count} of {Rfc6455Cases.All.Count} rows failed:\n{string.Join('\n', failures.Order().Take(30))}");
        Assert.Equal(Rfc6455Cases.All.Count, receivers.Count);
    }

    private static async Task RunAsync(Rfc6455Case row, TestApp app, ConcurrentDictionary<string, Rfc6455Receiver> receivers, bool byteByByte)
    {
        string key = Guid.NewGuid().ToString("n");
        await using RawWebSocket client = await RawWebSocket.ConnectAsync(app.Port, app.Wire == Wire.Tls, $"/row?key={key}&bytes={row.Client.Length.ToString(CultureInfo.InvariantCulture)}");
        Task sending = SendAsync(client, row.Client, byteByByte);

        List<(WebSocketOpcode Opcode, byte[] Payload)> frames = [];
        bool closed = false;
        while (!closed && await client.ReadFrameAsync() is { } frame)
        {
            frames.Add(frame);
            closed = frame.Opcode == WebSocketOpcode.Close;
        }

        if (row.Sees.End == PeerEnd.CloseFrame)
        {
            await sending;
            client.Finish();
            Assert.Null(await client.ReadFrameAsync()); // nothing behind a close frame, and then the end
        }
        else
        {
            client.Cut();
        }

        Rfc6455Receiver receiver = receivers[key];
        await receiver.Closed.Within();
        Assert.True(closed, "The connection ended without a close frame.");
        bool markerCame = frames.Count > 1 && frames[^2].Opcode == WebSocketOpcode.Text && Encoding.ASCII.GetString(frames[^2].Payload) == Marker;
        PeerSees sees = markerCame ? PeerSees.StillOpen : ServerFrames.EndOf(frames);
        new Outcome(receiver.Messages, sees).AssertIs([.. row.Messages.Where(static message => message.Kind is WebSocketOpcode.Text or WebSocketOpcode.Binary)], row.Sees);
        Assert.Equal(
            row.Messages.Where(static message => message.Kind == WebSocketOpcode.Ping).Select(static message => message.Payload),
            frames.Where(static frame => frame.Opcode == WebSocketOpcode.Pong).Select(static frame => frame.Payload));
        Assert.Equal(markerCame ? 1 : 0, frames.Count(static frame => frame.Opcode is not (WebSocketOpcode.Pong or WebSocketOpcode.Close)));
    }

    private static async Task SendAsync(RawWebSocket client, byte[] bytes, bool byteByByte)
    {
        try
        {
            if (!byteByByte)
            {
                await client.WriteAsync(bytes);
                return;
            }

            // The first bytes hold the headers; the rest of a megabyte proves nothing more.
            int single = Math.Min(bytes.Length, 200);
            for (int i = 0; i < single; i++)
            {
                await client.WriteAsync(bytes.AsMemory(i, 1));
            }

            await client.WriteAsync(bytes.AsMemory(single));
        }
        catch (IOException)
        {
            // The server had seen enough.
        }
    }

    private static async Task ServeAsync(HttpContext context, ConcurrentDictionary<string, Rfc6455Receiver> receivers)
    {
        Assert.Equal(WebSocketHandshakeOutcome.Accepted, WebSocketHandshake.Check(context.Request.Method, context.Request.Protocol, context.Request.Headers, out string? accept));
        context.Response.Headers.Connection = "Upgrade";
        context.Response.Headers.Upgrade = "websocket";
        context.Response.Headers.SecWebSocketAccept = accept;
        Socket? socket = context.Request.IsHttps ? null : context.Features.Get<IConnectionSocketFeature>()!.Socket;
        PipeReader? input = context.Request.IsHttps ? null : context.Features.Get<IConnectionTransportFeature>()!.Transport.Input;
        Stream stream = await context.Features.Get<IHttpUpgradeFeature>()!.UpgradeAsync();

        var receiver = new Rfc6455Receiver();
        receivers[context.Request.Query["key"].ToString()] = receiver;
        WebSocketTransport? transport = null;
        EncodedPacket marker = EncodedPacket.CreateConstant(Encoding.ASCII.GetBytes(Marker));
        long expected = long.Parse(context.Request.Query["bytes"].ToString(), CultureInfo.InvariantCulture);
        var upgraded = new UpgradedRequest(new HandledStream(stream, expected, OnHandled), input is null ? null : new HandledPipe(input, expected, OnHandled), socket);
        transport = new WebSocketTransport(upgraded, Rfc6455Cases.MaxMessageSize, base64: false, TimeProvider.System, new RequestLifetime(context));
        await transport.RunAsync(receiver);

        void OnHandled()
        {
            transport!.Send([marker]);
            transport.Close();
        }
    }
}
