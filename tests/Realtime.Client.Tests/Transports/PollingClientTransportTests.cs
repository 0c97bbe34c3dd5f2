using System.Net;
using System.Net.Sockets;
using System.Text;
using Realtime.Client.Transports;
using Realtime.Contracts;

namespace Realtime.Client.Tests.Transports;

public sealed class PollingClientTransportTests
{
    [Fact]
    public async Task A_poll_whose_connection_ends_before_the_answer_is_not_sent_again_because_the_answer_may_have_been_given()
    {
        using var server = new TcpListener(IPAddress.Loopback, 0);
        server.Start();
        var options = new RealtimeClientOptions();
        using var http = new HttpAccess(options);
        await using var transport = new PollingClientTransport(new ServerAddress(new Uri($"http://{server.LocalEndpoint}"), options), http, 1000);

        Task opening = transport.OpenAsync(Bounded.Token()).AsTask();
        using Socket connection = await server.AcceptSocketAsync(Bounded.Token());
        await ReadRequestAsync(connection);
        await connection.SendAsync("HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\n6"u8.ToArray(), Bounded.Token());
        await opening.Within();
        Assert.NotNull(await transport.ReceiveAsync(Bounded.Token()));

        // On the same connection, which is where it would be sent again.
        Task polling = transport.ReceiveAsync(Bounded.Token()).AsTask();
        await ReadRequestAsync(connection);
        connection.Shutdown(SocketShutdown.Both);

        await Assert.ThrowsAsync<TransportFailedException>(() => polling.Within());
        Assert.False(server.Pending());
    }

    private static async Task ReadRequestAsync(Socket connection)
    {
        var request = new StringBuilder();
        byte[] buffer = new byte[4096];
        while (!request.ToString().EndsWith("\r\n\r\n", StringComparison.Ordinal))
        {
            int length = await connection.ReceiveAsync(buffer, Bounded.Token());
            Assert.True(length > 0);
            request.Append(Encoding.ASCII.GetString(buffer, 0, length));
        }

        Assert.StartsWith("GET ", request.ToString());
    }
}
