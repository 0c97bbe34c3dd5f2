using Realtime.Client.States;
using Realtime.Contracts;
using Realtime.Core.Acks;
using Realtime.Core.Protocol;
using static Realtime.Client.Tests.Recovery.RecoveryBench;

namespace Realtime.Client.Tests.Recovery;

/// <summary>The rows of docs/protocol/recovery.md from client to server.</summary>
public sealed class NumberedSendingTests
{
    private static readonly RealtimeEvent<string, int> s_ask = new("ask");

    [Fact]
    public async Task Every_event_has_a_number_and_an_acknowledgement_id_and_says_what_is_not_confirmed()
    {
        await using var bench = new RecoveryBench();
        FakeWire wire = await bench.ConnectAsync();
        await bench.Client.EmitAsync("tell", 1, "two");
        await bench.Client.EmitAsync("bare");
        Task<int> asking = bench.Client.EmitAsync(s_ask, "a").AsTask();
        Task<EventArguments> untyped = bench.Client.EmitWithAckAsync("picture", new byte[] { 1, 2 }).AsTask();

        Assert.Matches("""^42\d+\["tell",1,"two",\{"\$rt:id":1,"low":1\}\]$""", await wire.SentAsync());
        Assert.EndsWith("""["bare",{"$rt:id":2,"low":1}]""", await wire.SentAsync(), StringComparison.Ordinal);
        string asked = await wire.SentAsync();
        Assert.EndsWith("""["ask","a",{"$rt:id":3,"low":1}]""", asked, StringComparison.Ordinal);
        string picture = await wire.SentAsync();
        Assert.Matches("""^451-\d+\["picture",\{"_placeholder":true,"num":0\},\{"\$rt:id":4,"low":1\}\]$""", picture);
        Assert.Equal("bAQI=", await wire.SentAsync());

        wire.Say($"43{IdOf(asked)}[5]");
        Assert.Equal(5, await asking.Within());
        wire.Say($"43{IdOf(picture)}[]");
        Assert.Empty(await untyped.Within());
        await bench.Client.EmitAsync("tell");
        Assert.EndsWith("""{"$rt:id":5,"low":1}]""", await wire.SentAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_lowest_number_that_is_not_confirmed_follows_the_acknowledgements()
    {
        await using var bench = new RecoveryBench();
        FakeWire wire = await bench.ConnectAsync();
        string[] ids = new string[4];
        for (int i = 1; i <= 3; i++)
        {
            await bench.Client.EmitAsync("tell");
            ids[i] = IdOf(await wire.SentAsync());
        }

        foreach ((int confirmed, int number, int low) in new[] { (2, 4, 1), (1, 5, 3), (3, 6, 4) })
        {
            wire.Say($"43{ids[confirmed]}[]");
            await bench.SeeNothingAsync(wire);
            await bench.Client.EmitAsync("tell");
            Assert.EndsWith($$"""{"$rt:id":{{number}},"low":{{low}}}]""", await wire.SentAsync(), StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task No_more_than_the_window_is_on_its_way_and_what_has_no_number_passes()
    {
        await using var bench = new RecoveryBench();
        FakeWire wire = await bench.ConnectAsync(window: 2);
        string[] ids = new string[5];
        for (int i = 1; i <= 4; i++)
        {
            await bench.Client.EmitAsync("tell", i);
        }

        ids[1] = IdOf(await wire.SentAsync());
        ids[2] = IdOf(await wire.SentAsync());
        wire.Say($"43{ids[2]}[]"); // the span counts: 1 is still open
        await bench.SeeNothingAsync(wire);
        await Bounded.UntilAsync(
            () =>
            {
                bench.Client.Volatile.EmitAsync("volatile").AsTask().GetAwaiter().GetResult();
                return wire.HasSent;
            },
            "a volatile event passes");
        Assert.Equal("""42["volatile"]""", await wire.SentAsync());
        bench.Client.On("question", context =>
        {
            context.Acknowledge(7);
            return default;
        });
        wire.Say("""4299["question"]""");
        string sent = await wire.SentAsync();
        while (sent == """42["volatile"]""")
        {
            sent = await wire.SentAsync();
        }

        Assert.Equal("4399[7]", sent);
        wire.Say($"43{ids[1]}[]");
        Assert.EndsWith("""["tell",3,{"$rt:id":3,"low":3}]""", await wire.SentAsync(), StringComparison.Ordinal);
        Assert.EndsWith("""["tell",4,{"$rt:id":4,"low":3}]""", await wire.SentAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_is_on_its_way_is_bounded_in_bytes_too()
    {
        await using var bench = new RecoveryBench(options => options.Buffer.MaxBytes = 1024);
        FakeWire wire = await bench.ConnectAsync();
        await bench.Client.EmitAsync("a", new string('x', 700));
        string first = await wire.SentAsync();
        await bench.Client.EmitAsync("b", new string('x', 700));
        await bench.SeeNothingAsync(wire);
        Assert.False(wire.HasSent);
        wire.Say($"43{IdOf(first)}[]");
        Assert.Contains("[\"b\"", await wire.SentAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_goodbye_waits_until_everything_is_confirmed()
    {
        await using var bench = new RecoveryBench();
        FakeWire wire = await bench.ConnectAsync(window: 1);
        for (int i = 0; i < 3; i++)
        {
            await bench.Client.EmitAsync("told", i);
        }

        Task disconnecting = bench.Client.DisconnectAsync();
        for (int i = 0; i < 3; i++)
        {
            string sent = await wire.SentAsync();
            Assert.Contains($"[\"told\",{i},", sent, StringComparison.Ordinal);
            Assert.False(disconnecting.IsCompleted);
            wire.Say($"43{IdOf(sent)}[]");
        }

        await disconnecting.Within();
        Assert.Equal("41", await wire.SentAsync());
    }

    [Fact]
    public async Task A_goodbye_does_not_wait_for_ever()
    {
        await using var bench = new RecoveryBench();
        FakeWire wire = await bench.ConnectAsync(window: 1);
        await bench.Client.EmitAsync("first");
        await bench.Client.EmitAsync("second");
        Task disconnecting = bench.Client.DisconnectAsync();
        Assert.Contains("first", await wire.SentAsync(), StringComparison.Ordinal);
        await bench.Bench.PassAsync(5 * Second);
        Assert.Equal("41", await wire.SentAsync());
        await disconnecting.Within();
        wire = await bench.ConnectAsync();
        Assert.Contains("""["second",{"$rt:id":1,"low":1}]""", await wire.SentAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_goodbye_does_not_wait_for_a_connection_that_is_lost()
    {
        await using var bench = new RecoveryBench();
        FakeWire wire = await bench.ConnectAsync();
        await bench.Client.EmitAsync("first");
        await wire.SentAsync();
        Task disconnecting = bench.Client.DisconnectAsync();
        wire.Break();
        await disconnecting.Within();
    }

    [Fact]
    public async Task After_a_resume_everything_unconfirmed_goes_out_again_in_order_before_anything_new()
    {
        await using var bench = new RecoveryBench();
        FakeWire wire = await bench.ConnectAsync();
        byte[] bytes = [1, 2];
        await bench.Client.EmitAsync("told"); // 1: taken, and nobody wants its result
        Task<int> asked = bench.Client.EmitAsync(s_ask, "a").AsTask(); // 2: taken, and its result is wanted
        await bench.Client.EmitAsync("confirmed"); // 3
        await bench.Client.EmitAsync("picture", bytes); // 4: not taken
        bytes[0] = 9; // the application goes on with its buffer
        var sent = new List<string>();
        for (int i = 0; i < 5; i++)
        {
            sent.Add(await wire.SentAsync());
        }

        wire.Say($"43{IdOf(sent[2])}[]");
        await bench.SeeNothingAsync(wire);
        wire.Break();
        await bench.Bench.NextAsync(ClientState.Reconnecting);
        await bench.Client.EmitAsync("new"); // 5
        await bench.Bench.PassAsync(Second);
        wire = await bench.Bench.Server.NextAsync();
        await wire.SentAsync();
        wire.Say(Granted(recovered: true, received: 3));

        string again = await wire.SentAsync();
        Assert.EndsWith("""["ask","a",{"$rt:id":2,"low":2}]""", again, StringComparison.Ordinal);
        Assert.EndsWith("""["picture",{"_placeholder":true,"num":0},{"$rt:id":4,"low":2}]""", await wire.SentAsync(), StringComparison.Ordinal);
        Assert.Equal("bAQI=", await wire.SentAsync());
        Assert.EndsWith("""["new",{"$rt:id":5,"low":2}]""", await wire.SentAsync(), StringComparison.Ordinal);
        Assert.False(asked.IsCompleted);
        wire.Say($"43{IdOf(again)}[8]"); // the stored one
        Assert.Equal(8, await asked.Within());
    }

    [Fact]
    public async Task What_goes_out_again_goes_out_again_on_every_connection()
    {
        await using var bench = new RecoveryBench();
        FakeWire wire = await bench.ConnectAsync();
        Task<int> asked = bench.Client.EmitAsync(s_ask, "a").AsTask();
        for (int i = 0; i < 3; i++)
        {
            Assert.EndsWith("""["ask","a",{"$rt:id":1,"low":1}]""", await wire.SentAsync(), StringComparison.Ordinal);
            wire = await bench.ResumeAsync(wire, received: i == 0 ? 0 : 1);
        }

        wire.Say($"43{IdOf(await wire.SentAsync())}[3]");
        Assert.Equal(3, await asked.Within());
    }

    [Fact]
    public async Task A_server_that_has_lost_the_end_of_what_it_confirmed_gets_the_next_number_all_the_same()
    {
        await using var bench = new RecoveryBench();
        FakeWire wire = await bench.ConnectAsync();
        for (int i = 1; i <= 2; i++)
        {
            await bench.Client.EmitAsync("told");
            wire.Say($"43{IdOf(await wire.SentAsync())}[]");
            await bench.SeeNothingAsync(wire);
        }

        wire = await bench.ResumeAsync(wire, received: 1);
        await bench.Client.EmitAsync("next");
        Assert.EndsWith("""["next",{"$rt:id":3,"low":3}]""", await wire.SentAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task After_a_new_session_what_went_out_is_unknown_and_the_rest_goes_out_with_new_numbers()
    {
        await using var bench = new RecoveryBench();
        var unknown = new List<string>();
        bench.Client.Socket.DeliveryUnknown += delivery => unknown.Add($"{delivery.MessageId} {delivery.Event.Name} {System.Text.Encoding.UTF8.GetString(delivery.Event.Payload.Data.Span)}");
        FakeWire wire = await bench.ConnectAsync(window: 3);
        await bench.Client.EmitAsync("told", 1);
        Task<int> asked = bench.Client.EmitAsync(s_ask, "a").AsTask();
        await bench.Client.EmitAsync("told", 2);
        Task<int> waiting = bench.Client.EmitAsync(s_ask, "b").AsTask(); // held back by the window
        await bench.Client.EmitAsync("told", 3);
        for (int i = 0; i < 3; i++)
        {
            await wire.SentAsync();
        }

        (wire, _) = await bench.ReconnectAsync(wire);
        Assert.False(asked.IsCompleted);
        wire.Say(Granted(pid: "p2", sid: "id2"));

        DeliveryUnknownException failure = await Assert.ThrowsAsync<DeliveryUnknownException>(() => asked.Within());
        Assert.Equal("id:2", failure.MessageId);
        await Bounded.UntilAsync(() => unknown.Count == 2, "the others are told");
        Assert.Equal(["""id:1 told ["told",1]""", """id:3 told ["told",2]"""], unknown);
        string sent = await wire.SentAsync();
        Assert.EndsWith("""["ask","b",{"$rt:id":1,"low":1}]""", sent, StringComparison.Ordinal);
        Assert.EndsWith("""["told",3,{"$rt:id":2,"low":1}]""", await wire.SentAsync(), StringComparison.Ordinal);
        wire.Say($"43{IdOf(sent)}[4]");
        Assert.Equal(4, await waiting.Within());
        Assert.False(wire.HasSent);
    }

    [Theory]
    [InlineData("client")]
    [InlineData("server")]
    [InlineData("policy")]
    [InlineData("plain")]
    [InlineData("nonsense")]
    public async Task Whatever_ends_the_session_makes_what_went_out_unknown(string by)
    {
        await using var bench = new RecoveryBench();
        FakeWire wire = await bench.ConnectAsync(window: 1);
        Task<int> asked = bench.Client.EmitAsync(s_ask, "a").AsTask();
        await wire.SentAsync();
        await bench.Client.EmitAsync("waiting");
        switch (by)
        {
            case "client":
                Task disconnecting = bench.Client.DisconnectAsync();
                await bench.Bench.PassAsync(5 * Second);
                await disconnecting.Within();
                break;
            case "server":
                wire.Say("41");
                break;
            case "policy":
                bench.Bench.Server.Refuses = ClientCloseReason.Forbidden;
                wire.Break();
                await bench.Bench.PassAsync(Second);
                break;
            default:
                (wire, _) = await bench.ReconnectAsync(wire);
                wire.Say(by == "plain" ? """40{"sid":"plain"}""" : Granted(recovered: true, received: 2));
                break;
        }

        if (by == "plain")
        {
            Assert.Equal("""42["waiting"]""", await wire.SentAsync());
        }
        else if (by == "nonsense")
        {
            await bench.Bench.PassAsync(2 * Second);
            wire = await bench.Bench.Server.NextAsync();
            Assert.Equal("""40{"$realtime":{"v":1,"try":3}}""", await wire.SentAsync());
            wire.Say(Granted(pid: "p2"));
            Assert.EndsWith("""["waiting",{"$rt:id":1,"low":1}]""", await wire.SentAsync(), StringComparison.Ordinal);
        }

        Assert.Equal("id:1", (await Assert.ThrowsAsync<DeliveryUnknownException>(() => asked.Within())).MessageId);
    }

    [Fact]
    public async Task A_call_that_nobody_awaits_any_more_keeps_its_number_and_goes_out_again()
    {
        await using var bench = new RecoveryBench();
        FakeWire wire = await bench.ConnectAsync();
        using var cancel = new CancellationTokenSource();
        Task<int> late = bench.Client.WithTimeout(Second).EmitAsync(s_ask, "late").AsTask();
        Task<int> cancelled = bench.Client.EmitAsync(s_ask, "cancelled", cancel.Token).AsTask();
        await wire.SentAsync();
        await wire.SentAsync();
        bench.Time.Advance(Second);
        await cancel.CancelAsync();
        await Assert.ThrowsAsync<AckTimeoutException>(() => late.Within());
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => cancelled.Within());

        wire = await bench.ResumeAsync(wire, received: 1);
        await bench.Client.EmitAsync("next");

        Assert.EndsWith("""["ask","cancelled",{"$rt:id":2,"low":2}]""", await wire.SentAsync(), StringComparison.Ordinal);
        Assert.EndsWith("""["next",{"$rt:id":3,"low":2}]""", await wire.SentAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_is_given_up_before_it_went_out_uses_no_number()
    {
        await using var bench = new RecoveryBench();
        FakeWire wire = await bench.ConnectAsync(window: 1);
        await bench.Client.EmitAsync("first");
        string first = await wire.SentAsync();
        Task<int> late = bench.Client.WithTimeout(Second).EmitAsync(s_ask, "late").AsTask();
        await bench.Client.EmitAsync("second");
        bench.Time.Advance(Second);
        await Assert.ThrowsAsync<AckTimeoutException>(() => late.Within());
        wire.Say($"43{IdOf(first)}[]");
        Assert.EndsWith("""["second",{"$rt:id":2,"low":2}]""", await wire.SentAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_volatile_question_ends_with_its_connection()
    {
        await using var bench = new RecoveryBench();
        FakeWire wire = await bench.ConnectAsync();
        Task<int> asked = null!;
        await Bounded.UntilAsync(
            () =>
            {
                asked = bench.Client.Volatile.EmitAsync(s_ask, "a").AsTask();
                return !asked.IsFaulted;
            },
            "the write before is over");
        Assert.EndsWith("""["ask","a"]""", await wire.SentAsync(), StringComparison.Ordinal);
        wire = await bench.ResumeAsync(wire);
        await Assert.ThrowsAsync<DisconnectedException>(() => asked.Within());
        await bench.SeeNothingAsync(wire);
        Assert.False(wire.HasSent);
    }

    [Fact]
    public async Task Retries_are_left_to_the_session()
    {
        await using var bench = new RecoveryBench(options =>
        {
            options.Retries = 3;
            options.AckTimeout = 3 * Second;
        });
        FakeWire wire = await bench.ConnectAsync();
        Task first = bench.Client.EmitAsync("a").AsTask();
        await wire.SentAsync();
        wire = await bench.ResumeAsync(wire);
        string again = await wire.SentAsync();
        Assert.EndsWith("""["a",{"$rt:id":1,"low":1}]""", again, StringComparison.Ordinal);
        wire.Say($"43{IdOf(again)}[]");
        await first.Within();

        Task late = bench.Client.EmitAsync("b").AsTask();
        await wire.SentAsync();
        bench.Time.Advance(3 * Second);
        await Assert.ThrowsAsync<AckTimeoutException>(() => late.Within());
        await bench.SeeNothingAsync(wire);
        Assert.False(wire.HasSent);
    }

    [Fact]
    public async Task A_refusal_confirms_and_whoever_awaits_it_gets_it()
    {
        await using var bench = new RecoveryBench();
        FakeWire wire = await bench.ConnectAsync(window: 1);
        Task<int> asked = bench.Client.EmitAsync(s_ask, "a").AsTask();
        const string refusal = """[{"error":{"code":"rate_limited","message":"later"}}]""";
        wire.Say($"43{IdOf(await wire.SentAsync())}{refusal}");
        Assert.Equal("rate_limited", (await Assert.ThrowsAsync<EmitRefusedException>(() => asked.Within())).RefusalCode);
        await bench.Client.EmitAsync("told");
        wire.Say($"43{IdOf(await wire.SentAsync())}{refusal}");
        await bench.Client.EmitAsync("next");
        Assert.EndsWith("""{"$rt:id":3,"low":3}]""", await wire.SentAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_new_token_has_no_number_and_passes_the_window()
    {
        await using var bench = new RecoveryBench(auth: static _ => new ValueTask<object?>(new Dictionary<string, string> { ["token"] = "t" }));
        FakeWire wire = await bench.ConnectAsync(window: 1);
        await bench.Client.EmitAsync("first");
        await bench.Client.EmitAsync("second");
        await wire.SentAsync();
        Task refreshing = bench.Client.RefreshAuthAsync().AsTask();
        string sent = await wire.SentAsync();
        Assert.EndsWith("""["$rt:auth",{"token":"t"}]""", sent, StringComparison.Ordinal);
        wire.Say($"43{IdOf(sent)}[]");
        await refreshing.Within();
    }

    internal static string IdOf(string sent)
    {
        string head = sent[2..sent.IndexOf('[', StringComparison.Ordinal)];
        return head[(head.IndexOf('-', StringComparison.Ordinal) + 1)..];
    }
}
