using Microsoft.AspNetCore.Http;
using Realtime.AspNetCore.LongPolling;
using Realtime.Core.Framing;
using Realtime.Core.Transports;

namespace Realtime.AspNetCore.Tests.LongPolling;

public sealed class PostActionTests
{
    [Fact]
    public async Task The_next_body_may_come_as_soon_as_the_client_has_the_answer_to_this_one()
    {
        var transport = new PollingTransport();
        var receiver = new DrainingReceiver();
        transport.Attach(receiver);
        bool? next = null;
        var context = new DefaultHttpContext();
        context.Request.Body = new MemoryStream("4hello"u8.ToArray());
        context.Response.Body = new ObservedStream(() =>
        {
            using var broken = new CancellationTokenSource();
            next = transport.TryBeginPost(broken);
        });
        await PostAction.RunAsync(context, transport, maxBytes: 100);

        Assert.Equal(["4hello"], receiver.Seen);
        Assert.True(next);
    }

    private sealed class DrainingReceiver : ITransportReceiver
    {
        internal List<string> Seen { get; } = [];

        public ValueTask OnReadableAsync(ITransport transport)
        {
            while (transport.TryRead(out TransportMessage message))
            {
                Seen.Add(System.Text.EncodingExtensions.GetString(System.Text.Encoding.UTF8, message.Data));
            }

            return default;
        }

        public void OnWritable(ITransport transport)
        {
        }

        public void OnClosed(ITransport transport, Exception? cause) => Seen.Add($"closed: {cause?.Message}");
    }

    /// <summary>The client's end of the answer: told when there is one.</summary>
    private sealed class ObservedStream(Action answered) : MemoryStream
    {
        public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
        {
            answered();
            return base.WriteAsync(buffer, cancellationToken);
        }
    }
}
