using Realtime.Client.Interop.Tests.Support;
using Realtime.Contracts;

namespace Realtime.Client.Interop.Tests.Quirks;

/// <summary>The retries of the official client, packet by packet.</summary>
public sealed class RetryQuirks : QuirkTest
{
    [Theory, BothWires]
    public async Task Each_try_is_a_plain_event_with_an_id_of_its_own(ClientTransports transports)
    {
        Joined joined = await JoinAsync(transports, configure: WithRetries(5, 2000));

        Task<string> asked = joined.Client.EmitAsync(Events.Echo, "x").AsTask();
        string first = await joined.Session.ReceiveAsync();
        string second = await joined.Session.ReceiveAsync();
        await joined.Session.SendAsync($"43{IdOf(second)}[\"answer\"]");

        Assert.Equal("answer", await asked.Within());
        Assert.Equal(BodyOf(first), BodyOf(second));
        Assert.NotEqual(IdOf(first), IdOf(second));
    }

    [Theory, BothWires]
    public async Task One_is_on_its_way_at_a_time(ClientTransports transports)
    {
        Joined joined = await JoinAsync(transports, configure: WithRetries(3, 20_000));
        Task<string>[] asked = [.. Enumerable.Range(0, 3).Select(i => joined.Client.EmitAsync(Events.Echo, $"{i}").AsTask())];

        for (int i = 0; i < 3; i++)
        {
            string packet = await joined.Session.ReceiveAsync();
            Assert.Equal($"[\"echo\",\"{i}\"]", BodyOf(packet));
            await joined.AssertAliveAsync(); // nothing else has come since
            await joined.Session.SendAsync($"43{IdOf(packet)}[\"{i}\"]");
            Assert.Equal($"{i}", await asked[i].Within());
        }
    }

    [Theory, BothWires]
    public async Task What_was_on_its_way_when_the_connection_was_lost_is_sent_again_first(ClientTransports transports)
    {
        Joined joined = await JoinAsync(transports, configure: WithRetries(3, 20_000));
        Task<string> first = joined.Client.EmitAsync(Events.Echo, "first").AsTask();
        Task<string> second = joined.Client.EmitAsync(Events.Echo, "second").AsTask();
        string lost = await joined.Session.ReceiveAsync();

        joined = await joined.ComeBackAsync();

        string packet = await joined.Session.ReceiveAsync();
        Assert.Equal(BodyOf(lost), BodyOf(packet));
        await joined.Session.SendAsync($"43{IdOf(packet)}[\"1\"]");
        packet = await joined.Session.ReceiveAsync();
        await joined.Session.SendAsync($"43{IdOf(packet)}[\"2\"]");
        Assert.Equal("1", await first.Within());
        Assert.Equal("2", await second.Within());
    }

    [Theory, BothWires]
    public async Task Volatile_events_are_not_tried_again(ClientTransports transports)
    {
        Joined joined = await JoinAsync(transports, configure: WithRetries(3, 50));

        await joined.Client.Volatile.EmitAsync(Events.Collect, 1);

        await joined.Session.ExpectAsync("42[\"collect\",1]"); // no id: nobody waits for an answer
        await joined.AssertAliveAsync();
    }

    private static string IdOf(string packet) => packet[2..packet.IndexOf('[', StringComparison.Ordinal)];

    private static string BodyOf(string packet) => packet[packet.IndexOf('[', StringComparison.Ordinal)..];

    private static Action<RealtimeClientBuilder> WithRetries(int retries, int ackTimeout) => builder => builder.Configure(options =>
    {
        options.Retries = retries;
        options.AckTimeout = TimeSpan.FromMilliseconds(ackTimeout);
    });
}
