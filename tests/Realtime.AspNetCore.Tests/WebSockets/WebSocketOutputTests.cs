using System.Net;
using System.Net.Sockets;
using Realtime.AspNetCore.WebSockets;
using Realtime.Contracts;
using Realtime.Core.Framing;

namespace Realtime.AspNetCore.Tests.WebSockets;

public sealed class WebSocketOutputTests
{
    private static readonly EncodedPacket s_packet = EncodedPacket.CreateConstant("4hello"u8);

    [Fact]
    public async Task Writing_to_a_socket_that_the_web_server_has_disposed_of_does_not_throw()
    {
        (Socket server, Socket client) = await ConnectAsync();
        using (client)
        {
            var output = new WebSocketOutput(new GatedStream(), server);
            output.UseSocket();
            server.Dispose();

            output.Write([s_packet]);
            output.WriteControl(WebSocketOpcode.Pong, []);
            output.Write([s_packet, s_packet]);

            await output.WhenDrainedAsync().Within();
            Assert.Equal(0, output.UnsentBytes);
        }
    }

    [Fact]
    public async Task What_is_being_written_counts_as_unsent_until_it_has_gone_out()
    {
        var stream = new GatedStream();
        var output = new WebSocketOutput(stream, socket: null);
        var observer = new DrainCounter();
        output.Observe(observer);

        output.Write([s_packet]);
        Assert.Equal(s_packet.Length, output.UnsentBytes);
        output.Write([s_packet, s_packet]);
        Assert.Equal(3 * s_packet.Length, output.UnsentBytes);
        Assert.False(output.IsIdle);

        stream.Open();
        await output.WhenDrainedAsync().Within();
        Assert.Equal(0, output.UnsentBytes);
        Assert.True(output.IsIdle);
        Assert.Equal(1, observer.Count);
        Assert.Equal(3 * s_packet.Length, stream.Written.Length);
    }

    [Fact]
    public async Task Nothing_is_written_behind_a_close_frame()
    {
        var stream = new GatedStream();
        var output = new WebSocketOutput(stream, socket: null);
        output.Write([s_packet]);
        output.WriteControl(WebSocketOpcode.Close, []);
        output.Write([s_packet]);
        output.WriteControl(WebSocketOpcode.Pong, []);
        output.WriteControl(WebSocketOpcode.Close, [3, 232]);

        stream.Open();
        await output.WhenDrainedAsync().Within();

        Assert.Equal([.. s_packet.WebSocketForm.ToArray(), 0x88, 0], stream.Written);
    }

    [Fact]
    public async Task What_waits_is_dropped_at_the_end_and_nobody_is_told_that_it_went_out()
    {
        var stream = new GatedStream();
        var output = new WebSocketOutput(stream, socket: null);
        var observer = new DrainCounter();
        output.Observe(observer);
        output.Write([s_packet]);
        output.Write([s_packet]);

        output.End();
        stream.Open();

        await output.WhenDrainedAsync().Within();
        Assert.Equal(s_packet.WebSocketForm.ToArray(), stream.Written); // the one that was on its way
        Assert.Equal(0, output.UnsentBytes);
        output.Write([s_packet]);
        Assert.Equal(s_packet.Length, stream.Written.Length);
        Assert.Equal(0, observer.Count);
    }

    [Fact]
    public async Task The_pongs_for_a_client_that_reads_nothing_are_bounded()
    {
        var output = new WebSocketOutput(new GatedStream(), socket: null);
        byte[] payload = new byte[125];
        for (int i = 0; i < 10_000; i++)
        {
            output.WriteControl(WebSocketOpcode.Pong, payload);
        }

        Assert.InRange(output.UnsentBytes, 1, 80_000);
        await Task.CompletedTask;
    }

    [Fact]
    public async Task A_second_write_to_the_stream_keeps_a_connection_off_its_socket()
    {
        (Socket server, Socket client) = await ConnectAsync();
        using (client)
        using (server)
        {
            // The bytes of a client prove that it has the first write, which it answers. The second may still stand in the web server's buffer.
            var stream = new GatedStream();
            stream.Open();
            var output = new WebSocketOutput(stream, server);
            output.Write([s_packet]);
            output.Write([s_packet]);
            output.UseSocket();
            output.Write([s_packet]);

            Assert.Equal(3 * s_packet.Length, stream.Written.Length);
            Assert.Equal(0, client.Available);
        }
    }

    [Fact]
    public async Task Behind_the_first_bytes_of_a_client_the_socket_is_used()
    {
        (Socket server, Socket client) = await ConnectAsync();
        using (client)
        using (server)
        {
            var stream = new GatedStream();
            stream.Open();
            var output = new WebSocketOutput(stream, server);
            output.Write([s_packet]);
            output.UseSocket();
            output.Write([s_packet]);

            byte[] received = new byte[s_packet.Length];
            Assert.Equal(received.Length, await client.ReceiveAsync(received, Bounded.Token()));
            Assert.Equal(s_packet.WebSocketForm.ToArray(), received);
            Assert.Equal(s_packet.Length, stream.Written.Length);
        }
    }

    [Fact]
    public async Task A_failed_write_ends_the_output_quietly()
    {
        var stream = new GatedStream { Failure = new IOException("gone") };
        var output = new WebSocketOutput(stream, socket: null);
        output.Write([s_packet]);
        output.Write([s_packet]);
        stream.Open();
        await output.WhenDrainedAsync().Within();
        Assert.Equal(0, output.UnsentBytes);
        Assert.False(output.IsIdle);
    }

    private static async Task<(Socket Server, Socket Client)> ConnectAsync()
    {
        using var listener = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        listener.Listen();
        var client = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        Task<Socket> accepting = listener.AcceptAsync();
        await client.ConnectAsync(listener.LocalEndPoint!, Bounded.Token());
        return (await accepting.Within(), client);
    }

    /// <summary>Takes nothing before it is opened.</summary>
    private sealed class GatedStream : MemoryStream
    {
        private readonly TaskCompletionSource _open = new(TaskCreationOptions.RunContinuationsAsynchronously);

        internal Exception? Failure { get; init; }

        internal byte[] Written => ToArray();

        internal void Open() => _open.SetResult();

        public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
        {
            await _open.Task;
            if (Failure is not null)
            {
                throw Failure;
            }

            Write(buffer.Span);
        }
    }

    private sealed class DrainCounter : IOutputObserver
    {
        public int Count { get; private set; }

        public void OnDrained() => Count++;

        public void OnBroken()
        {
        }
    }
}
