using Realtime.Core.Connections;
using Realtime.Core.Framing;
using static Realtime.Contracts.Transports.Outgoing;

namespace Realtime.Contracts.Transports;

/// <summary>What <see cref="Realtime.Core.Transports.ITransport"/> promises, seen from above it and from its other end.</summary>
public abstract class TransportContract
{
    private const int Kilobyte = 1024;

    /// <summary>Whether a client that reads nothing holds the server back. Without it the wire has room for everything, and the tests of slow readers say nothing.</summary>
    protected virtual bool HoldsBackForSlowReaders => true;

    /// <summary>Starts a server.</summary>
    protected abstract Task<ITransportServer> StartAsync(IConnectionHandler handler, Action<ConnectionOptions> configure);

    [Fact]
    public async Task Messages_keep_their_order_in_both_directions()
    {
        await using Scene scene = await OpenAsync(handler => handler.Message = RecordingHandler.Echo);
        for (int i = 0; i < 200; i++)
        {
            await scene.Client.SendAsync(Text($"4{i}"), Bounded.Token());
        }

        for (int i = 0; i < 200; i++)
        {
            AssertSame(Text($"4{i}"), await scene.ReceiveAsync());
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(124)]
    [InlineData(125)]
    [InlineData(126)]
    [InlineData(4095)]
    [InlineData(4096)]
    [InlineData(65_534)]
    [InlineData(65_535)]
    [InlineData(65_536)]
    [InlineData(700_000)]
    public async Task Text_and_binary_messages_of_any_size_keep_their_boundaries(int length)
    {
        await using Scene scene = await OpenAsync(handler => handler.Message = RecordingHandler.Echo);
        EncodedMessage[] messages = [Letters(length), Binary(Bytes(length)), Text("4"), Binary(), Letters(length, seed: 1)];
        foreach (EncodedMessage message in messages)
        {
            await scene.Client.SendAsync(message, Bounded.Token());
        }

        foreach (EncodedMessage message in messages)
        {
            AssertSame(message, await scene.Handler.NextMessageAsync());
            AssertSame(message, await scene.ReceiveAsync());
        }
    }

    [Fact]
    public async Task Text_beyond_ASCII_and_every_byte_arrive_as_they_are()
    {
        await using Scene scene = await OpenAsync(handler => handler.Message = RecordingHandler.Echo);
        EncodedMessage[] messages = [Text("4h\u00e9llo \u20ac \U0001F600 \0 \u2028 \\ \" \r\n\t"), Binary([.. Enumerable.Range(0, 256).Select(static i => (byte)i)])];
        foreach (EncodedMessage message in messages)
        {
            await scene.Client.SendAsync(message, Bounded.Token());
            AssertSame(message, await scene.ReceiveAsync());
        }
    }

    [Fact]
    public async Task What_is_sent_while_a_connection_opens_follows_the_open_frame()
    {
        await using Scene scene = await OpenAsync(handler => handler.Opened = static connection =>
        {
            for (int i = 0; i < 50; i++)
            {
                Send(connection, Letters(10 * Kilobyte, i));
            }
        });
        for (int i = 0; i < 50; i++)
        {
            AssertSame(Letters(10 * Kilobyte, i), await scene.ReceiveAsync());
        }
    }

    [Fact]
    public async Task The_messages_of_a_packet_stay_together_when_many_threads_send()
    {
        const int threads = 4;
        const int each = 100;
        await using Scene scene = await OpenAsync();
        Task sending = Task.WhenAll(Enumerable.Range(0, threads).Select(thread => Task.Run(() =>
        {
            for (int i = 0; i < each; i++)
            {
                Assert.True(Send(scene.Connection, Text($"4{thread}:{i}"), Binary((byte)thread, (byte)i, 1), Binary(Bytes(300 + (i * 7), thread))));
            }
        })));

        int[] next = new int[threads];
        for (int received = 0; received < threads * each; received++)
        {
            EncodedMessage? head = await scene.ReceiveAsync();
            Assert.True(head is { IsBinary: false }, "A packet begins with its text.");
            string[] parts = System.Text.Encoding.UTF8.GetString(head.Value.Data.Span)[1..].Split(':');
            int thread = int.Parse(parts[0], System.Globalization.CultureInfo.InvariantCulture);
            AssertSame(Text($"4{thread}:{next[thread]}"), head);
            AssertSame(Binary((byte)thread, (byte)next[thread], 1), await scene.ReceiveAsync());
            AssertSame(Binary(Bytes(300 + (next[thread] * 7), thread)), await scene.ReceiveAsync());
            next[thread]++;
        }

        await sending.Within();
    }

    [Fact]
    public async Task Nothing_is_read_while_the_layer_above_is_busy()
    {
        var busy = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using Scene scene = await OpenAsync(handler => handler.Message = (_, message) => message.Data.Length == 2 ? new ValueTask(busy.Task) : default);
        Task sending = SendAllAsync(scene.Client, [Text("4a"), Text("4bb"), Binary(1, 2, 3)]);
        AssertSame(Text("4a"), await scene.Handler.NextMessageAsync());
        await Bounded.UntilAsync(() => scene.Connection.IsReadingSuspended, "reading is suspended");
        Assert.False(scene.Handler.HasMessage);

        busy.SetResult();

        AssertSame(Text("4bb"), await scene.Handler.NextMessageAsync());
        AssertSame(Binary(1, 2, 3), await scene.Handler.NextMessageAsync());
        await sending.Within();
    }

    [Fact]
    public async Task A_slow_reader_holds_sending_back_and_then_gets_everything_in_order()
    {
        await using Scene scene = await OpenAsync();
        int sent = await FillAsync(scene);
        if (HoldsBackForSlowReaders)
        {
            Assert.False(scene.Connection.Transport.CanSend);
            Assert.False(scene.Connection.Outbound.IsWritable);
            Assert.True(scene.Connection.Outbound.BufferedBytes > 0, "What a slow reader has not taken is accounted.");
        }

        scene.Client.Resume();
        for (int i = 0; i < sent; i++)
        {
            AssertSame(Letters(64 * Kilobyte, i), await scene.ReceiveAsync());
        }

        Assert.True(Send(scene.Connection, Text("4after")));
        AssertSame(Text("4after"), await scene.ReceiveAsync());
        await Bounded.UntilAsync(() => scene.Connection.Outbound.BufferedBytes == 0, "nothing is unsent any more");
        scene.Handler.AssertNothingMore();
    }

    [Fact]
    public async Task Every_byte_that_the_wire_has_not_taken_is_accounted()
    {
        if (!HoldsBackForSlowReaders)
        {
            return;
        }

        await using Scene scene = await OpenAsync();
        await FillAsync(scene);
        long before = scene.Connection.Outbound.BufferedBytes;

        Send(scene.Connection, Binary(Bytes(300 * Kilobyte)));

        Assert.True(scene.Connection.Outbound.BufferedBytes >= before + (300 * Kilobyte), $"{before} and 300 KB more gave {scene.Connection.Outbound.BufferedBytes}.");
    }

    [Fact]
    public async Task A_reader_that_never_reads_is_closed_when_the_limit_is_reached()
    {
        if (!HoldsBackForSlowReaders)
        {
            return;
        }

        const long limit = 256 * Kilobyte;
        await using Scene scene = await OpenAsync(configure: options => options.MaxBufferedBytes = limit);
        scene.Client.Pause();
        long most = 0;
        EncodedPacket packet = Packet(Letters(64 * Kilobyte));
        while (scene.Connection.Send(packet))
        {
            most = Math.Max(most, scene.Connection.Outbound.BufferedBytes);
        }

        Assert.Equal(CloseReason.OutboundOverflow, await scene.Handler.NextClosedAsync());
        Assert.InRange(most, 1, limit);
        scene.Client.Cut();
        await scene.AssertGoneAsync();
    }

    [Fact]
    public async Task An_orderly_close_comes_behind_everything_that_was_sent()
    {
        await using Scene scene = await OpenAsync();
        for (int i = 0; i < 50; i++)
        {
            Assert.True(Send(scene.Connection, Letters(Kilobyte, i)));
        }

        scene.Connection.Close(CloseReason.ServerShuttingDown);

        Assert.False(Send(scene.Connection, Text("4late")));
        for (int i = 0; i < 50; i++)
        {
            AssertSame(Letters(Kilobyte, i), await scene.ReceiveAsync());
        }

        Assert.Null(await scene.ReceiveAsync());
        Assert.Equal(CloseReason.ServerShuttingDown, await scene.Handler.NextClosedAsync());
        await scene.AssertGoneAsync();
    }

    [Fact]
    public async Task An_orderly_close_waits_for_a_slow_reader()
    {
        await using Scene scene = await OpenAsync();
        int sent = await FillAsync(scene);
        Send(scene.Connection, Text("4last"));

        scene.Connection.Close(CloseReason.ServerShuttingDown);

        scene.Client.Resume();
        for (int i = 0; i < sent; i++)
        {
            AssertSame(Letters(64 * Kilobyte, i), await scene.ReceiveAsync());
        }

        AssertSame(Text("4last"), await scene.ReceiveAsync());
        Assert.Null(await scene.ReceiveAsync());
        Assert.Equal(CloseReason.ServerShuttingDown, await scene.Handler.NextClosedAsync());
        await scene.AssertGoneAsync();
    }

    [Fact]
    public async Task A_close_while_a_connection_opens_is_carried_out()
    {
        await using Scene scene = await OpenAsync(handler => handler.Opened = static connection =>
        {
            Send(connection, Text("4hello"));
            connection.Close(CloseReason.ServerNamespaceDisconnect);
        });
        AssertSame(Text("4hello"), await scene.ReceiveAsync());
        Assert.Null(await scene.ReceiveAsync());
        Assert.Equal(CloseReason.ServerNamespaceDisconnect, await scene.Handler.NextClosedAsync());
        await scene.AssertGoneAsync();
    }

    [Fact]
    public async Task An_abort_ends_the_connection_at_once_even_when_the_client_reads_nothing()
    {
        await using Scene scene = await OpenAsync();
        await FillAsync(scene);

        scene.Connection.Transport.Abort();
        scene.Connection.Transport.Abort();
        scene.Client.Cut();

        await scene.Handler.NextClosedAsync();
        await scene.AssertGoneAsync();
    }

    [Fact]
    public async Task A_client_that_leaves_is_reported_once()
    {
        await using Scene scene = await OpenAsync();
        await scene.Client.SendAsync(Text("4bye"), Bounded.Token());
        AssertSame(Text("4bye"), await scene.Handler.NextMessageAsync());

        await scene.Client.LeaveAsync(Bounded.Token());

        Assert.Equal(CloseReason.TransportClose, await scene.Handler.NextClosedAsync());
        await scene.AssertGoneAsync();
    }

    [Fact]
    public async Task A_client_that_is_cut_off_is_reported_once()
    {
        await using Scene scene = await OpenAsync();

        scene.Client.Cut();

        Assert.Contains(await scene.Handler.NextClosedAsync(), new[] { CloseReason.TransportClose, CloseReason.TransportError });
        await scene.AssertGoneAsync();
    }

    [Fact]
    public async Task A_client_that_is_cut_off_while_it_reads_nothing_is_reported_once()
    {
        await using Scene scene = await OpenAsync();
        await FillAsync(scene);

        scene.Client.Cut();

        Assert.Contains(await scene.Handler.NextClosedAsync(), new[] { CloseReason.TransportClose, CloseReason.TransportError });
        await scene.AssertGoneAsync();
    }

    [Fact]
    public async Task When_both_ends_close_at_once_one_end_is_reported()
    {
        for (int round = 0; round < 10; round++)
        {
            await using Scene scene = await OpenAsync();
            await Task.WhenAll(
                Task.Run(() => scene.Connection.Close(CloseReason.ForcedClose)),
                Task.Run(() => scene.Client.LeaveAsync(Bounded.Token())),
                Task.Run(() => Send(scene.Connection, Letters(Kilobyte)))).Within();
            await scene.Handler.NextClosedAsync();
            scene.Client.Cut();
            await scene.AssertGoneAsync();
        }
    }

    [Fact]
    public async Task Sending_never_throws_while_the_other_end_goes_away()
    {
        for (int round = 0; round < 10; round++)
        {
            await using Scene scene = await OpenAsync();
            EncodedPacket packet = Packet(Letters(Kilobyte));
            Task sending = Task.Run(() =>
            {
                while (scene.Connection.Send(packet))
                {
                }
            });

            scene.Client.Cut();

            await sending.Within();
            await scene.Handler.NextClosedAsync();
            await scene.AssertGoneAsync();
        }
    }

    [Fact]
    public async Task A_message_that_is_no_frame_ends_the_connection_once()
    {
        await using Scene scene = await OpenAsync();

        await scene.Client.SendAsync(Text("9 is no frame"), Bounded.Token());

        Assert.Equal(CloseReason.ParseError, await scene.Handler.NextClosedAsync());
        Assert.Null(await scene.ReceiveAsync());
        await scene.AssertGoneAsync();
    }

    [Fact]
    public async Task Nothing_is_reported_after_the_end()
    {
        await using Scene scene = await OpenAsync(handler => handler.Message = static (connection, _) =>
        {
            connection.Close(CloseReason.ForcedClose);
            return default;
        });
        Task sending = SendAllAsync(scene.Client, [.. Enumerable.Range(0, 20).Select(static i => Text($"4{i}"))]);
        AssertSame(Text("40"), await scene.Handler.NextMessageAsync());
        Assert.Equal(CloseReason.ForcedClose, await scene.Handler.NextClosedAsync());
        await Record.ExceptionAsync(() => sending.Within()); // the server may be gone before the last one
        scene.Client.Cut();
        await scene.AssertGoneAsync();
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_layer_above_that_fails_ends_its_own_connection_only(bool atOnce)
    {
        await using Scene scene = await OpenAsync(handler => handler.Message = (connection, message) =>
        {
            if (message.Data.Length > 2)
            {
                return RecordingHandler.Echo(connection, message);
            }

            var failure = new NotSupportedException("The layer above fails.");
            return atOnce ? throw failure : FailLaterAsync(failure);
        });
        await using ITransportClient other = await scene.Server.ConnectAsync(Bounded.Token());
        Connection second = await scene.Handler.NextOpenedAsync();

        await scene.Client.SendAsync(Text("4x"), Bounded.Token());

        await scene.Handler.NextMessageAsync();
        Assert.Equal(CloseReason.ForcedClose, await scene.Handler.NextClosedAsync());
        await other.SendAsync(Text("4still here"), Bounded.Token());
        AssertSame(Text("4still here"), await other.ReceiveAsync(Bounded.Token()).Within());
        Assert.True(second.IsOpen);
    }

    [Fact]
    public async Task A_hundred_clients_come_and_go_and_leave_nothing_behind()
    {
        await using Scene scene = await OpenAsync(handler => handler.Message = RecordingHandler.Echo);
        for (int batch = 0; batch < 10; batch++)
        {
            await Task.WhenAll(Enumerable.Range(0, 10).Select(i => VisitAsync(scene.Server, cut: i % 2 == 0))).Within();
        }

        scene.Client.Cut();
        await Bounded.UntilAsync(() => scene.Server.Engine.Count == 0, "no connection is left");
        await Bounded.UntilAsync(() => scene.Server.Engine.Wheel.Count == 0, "no deadline is left", TimeSpan.FromSeconds(15));
    }

    private static async ValueTask FailLaterAsync(Exception failure)
    {
        await Task.Yield();
        throw failure;
    }

    private static async Task VisitAsync(ITransportServer server, bool cut)
    {
        await using ITransportClient client = await server.ConnectAsync(Bounded.Token());
        await client.SendAsync(Text("4x"), Bounded.Token());
        AssertSame(Text("4x"), await client.ReceiveAsync(Bounded.Token()));
        if (cut)
        {
            client.Cut();
        }
        else
        {
            await client.LeaveAsync(Bounded.Token());
        }
    }

    private static async Task SendAllAsync(ITransportClient client, EncodedMessage[] messages)
    {
        foreach (EncodedMessage message in messages)
        {
            await client.SendAsync(message, Bounded.Token());
        }
    }

    /// <summary>Sends 64 KB messages to a client that does not read until the wire takes no more.</summary>
    private async Task<int> FillAsync(Scene scene)
    {
        scene.Client.Pause();
        int sent = 0;
        do
        {
            Assert.True(Send(scene.Connection, Letters(64 * Kilobyte, sent++)));

            // A transport may write on a thread of its own: it is full only when it stays so.
            for (int i = 0; i < 20 && !scene.Connection.Transport.CanSend; i++)
            {
                await Task.Delay(1);
            }
        }
        while (scene.Connection.Transport.CanSend && sent < (HoldsBackForSlowReaders ? 1_000 : 50));
        return sent;
    }

    private async Task<Scene> OpenAsync(Action<RecordingHandler>? prepare = null, Action<ConnectionOptions>? configure = null)
    {
        var handler = new RecordingHandler();
        prepare?.Invoke(handler);
        ITransportServer server = await StartAsync(handler, options =>
        {
            // Slow readers are a subject here, so the limit must not end them before.
            options.MaxBufferedBytes = 256L * Kilobyte * Kilobyte;
            configure?.Invoke(options);
        });
        ITransportClient client = await server.ConnectAsync(Bounded.Token());
        return new Scene(server, client, handler, await handler.NextOpenedAsync());
    }

    private sealed record Scene(ITransportServer Server, ITransportClient Client, RecordingHandler Handler, Connection Connection) : IAsyncDisposable
    {
        internal Task<EncodedMessage?> ReceiveAsync() => Client.ReceiveAsync(Bounded.Token()).Within();

        /// <summary>Nothing of the connection is left, and nothing was reported twice.</summary>
        internal async Task AssertGoneAsync()
        {
            await Bounded.UntilAsync(() => Server.Engine.Find(Connection.Id) is null, "the connection is gone");
            await Bounded.UntilAsync(() => Connection.Outbound.BufferedBytes == 0, "nothing is accounted as unsent");
            Assert.False(Send(Connection, Text("4too late")));
            Handler.AssertNothingMore();
        }

        public async ValueTask DisposeAsync()
        {
            await Client.DisposeAsync();
            await Server.DisposeAsync().AsTask().Within();
        }
    }
}
