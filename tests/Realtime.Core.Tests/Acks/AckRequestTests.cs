using Microsoft.Extensions.Time.Testing;
using Realtime.Core.Acks;
using Realtime.Core.Diagnostics;
using Realtime.Core.Protocol;
using Realtime.Core.Timing;

namespace Realtime.Core.Tests.Acks;

public sealed class AckRequestTests : IDisposable
{
    private readonly FakeTimeProvider _time = new();
    private readonly TimingWheel _wheel;
    private readonly PendingAcks _pending = new();
    private ulong _lastId;

    public AckRequestTests() => _wheel = new TimingWheel(_time, TimeSpan.FromMilliseconds(50));

    public void Dispose() => _wheel.Dispose();

    [Fact]
    public async Task An_answer_completes_its_request_only()
    {
        Task<EventArguments> first = Ask();
        Task<EventArguments> second = Ask();
        _pending.Complete(2, Answer("2"));

        Assert.Equal("2", Wire.Text((await second.Within())[0].Json));
        Assert.False(first.IsCompleted);
        _pending.Complete(1, Answer("1"));
        Assert.Equal("1", Wire.Text((await first.Within())[0].Json));
        AssertNothingIsLeft();
    }

    [Fact]
    public async Task The_answer_may_come_while_the_request_is_being_sent()
    {
        Task<EventArguments> asked = Ask(() =>
        {
            _pending.Complete(1, Answer("1"));
            return true;
        });

        Assert.Single(await asked.Within());
        AssertNothingIsLeft();
    }

    [Fact]
    public async Task Without_an_answer_it_fails_at_its_timeout_and_says_what_was_asked()
    {
        Task<EventArguments> asked = Ask();
        _time.Pass(4.9);
        Assert.False(asked.IsCompleted);
        _time.Pass(0.1);
        AckTimeoutException timeout = await Assert.ThrowsAsync<AckTimeoutException>(() => asked.Within());

        Assert.Equal(ErrorCode.AckTimeout, timeout.Code);
        Assert.Contains("'question'", timeout.Message, StringComparison.Ordinal);
        Assert.Contains("5000 ms", timeout.Message, StringComparison.Ordinal);
        AssertNothingIsLeft();
        _pending.Complete(1, Answer("late"));
    }

    [Fact]
    public async Task When_the_socket_goes_it_fails_at_once()
    {
        Task<EventArguments> asked = Ask();
        _pending.Close();

        Assert.Equal(ErrorCode.Disconnected, (await Assert.ThrowsAsync<DisconnectedException>(() => asked.Within())).Code);
        await Assert.ThrowsAsync<DisconnectedException>(() => Ask().Within());
        AssertNothingIsLeft();
    }

    [Fact]
    public async Task What_could_not_be_sent_fails_at_once()
    {
        await Assert.ThrowsAsync<DisconnectedException>(() => Ask(() => false).Within());
        await Assert.ThrowsAsync<InvalidOperationException>(() => Ask(() => throw new InvalidOperationException("cannot")).Within());
        AssertNothingIsLeft();
    }

    [Fact]
    public async Task Cancelling_ends_the_wait_and_leaves_nothing()
    {
        using var cancel = new CancellationTokenSource();
        Task<EventArguments> asked = Ask(cancellationToken: cancel.Token);
        await cancel.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => asked.Within());
        AssertNothingIsLeft();
        _pending.Complete(1, Answer("late"));
    }

    [Fact]
    public void An_answer_that_nobody_waits_for_is_ignored()
    {
        _pending.Complete(77, Answer("1"));
        _pending.Remove(77);
        _pending.Close();
        _pending.Complete(77, Answer("1"));
        AssertNothingIsLeft();
    }

    [Fact]
    public async Task Many_are_complete_when_all_have_answered()
    {
        PendingAcks[] sockets = [new(), new(), new()];
        var request = new BroadcastAckRequest(_wheel, 7, TimeSpan.FromSeconds(5));
        Assert.All(sockets, socket => Assert.True(request.TryAsk(socket)));
        Task<BroadcastAcks> asked = request.RunAsync(static () => { }, CancellationToken.None).AsTask();
        sockets[2].Complete(7, Answer("2"));
        sockets[0].Complete(7, Answer("0"));
        Assert.False(asked.IsCompleted);
        sockets[1].Complete(7, Answer("1"));
        BroadcastAcks acks = await asked.Within();

        Assert.True(acks.IsComplete);
        Assert.Equal(["2", "0", "1"], acks.Responses.Select(answer => Wire.Text(answer[0].Json)));
        Assert.All(sockets, socket => Assert.Equal(0, socket.Count));
        AssertNothingIsLeft();
    }

    [Fact]
    public async Task Of_many_those_that_answered_in_time_are_told_also_when_one_has_gone()
    {
        PendingAcks[] sockets = [new(), new(), new()];
        var closed = new PendingAcks();
        closed.Close();
        var request = new BroadcastAckRequest(_wheel, 7, TimeSpan.FromSeconds(5));
        Assert.All(sockets, socket => Assert.True(request.TryAsk(socket)));
        Assert.False(request.TryAsk(closed));
        Task<BroadcastAcks> asked = request.RunAsync(static () => { }, CancellationToken.None).AsTask();
        sockets[0].Complete(7, Answer("0"));
        sockets[1].Close();
        _time.Pass(4.9);
        Assert.False(asked.IsCompleted);
        _time.Pass(0.1);
        BroadcastAcks acks = await asked.Within();

        Assert.False(acks.IsComplete);
        Assert.Equal(3, acks.ExpectedCount);
        Assert.Single(acks.Responses);
        Assert.All(sockets, socket => Assert.Equal(0, socket.Count));
        AssertNothingIsLeft();
    }

    [Fact]
    public async Task Answers_that_come_while_many_are_still_being_asked_count()
    {
        PendingAcks[] sockets = [new(), new()];
        var request = new BroadcastAckRequest(_wheel, 7, TimeSpan.FromSeconds(5));
        Assert.All(sockets, socket => Assert.True(request.TryAsk(socket)));
        BroadcastAcks acks = await request.RunAsync(
            () => Array.ForEach(sockets, socket => socket.Complete(7, Answer("0"))),
            CancellationToken.None).Within();

        Assert.Equal(2, acks.Responses.Count);
    }

    [Fact]
    public async Task Cancelling_a_question_to_many_leaves_nothing()
    {
        using var cancel = new CancellationTokenSource();
        var request = new BroadcastAckRequest(_wheel, 7, TimeSpan.FromSeconds(5));
        request.TryAsk(_pending);
        Task<BroadcastAcks> asked = request.RunAsync(static () => { }, cancel.Token).AsTask();
        await cancel.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => asked.Within());
        AssertNothingIsLeft();
    }

    private static EventArguments Answer(string json)
    {
        var packet = new Packet { Kind = PacketKind.Ack, Namespace = "/"u8.ToArray(), Data = Wire.Utf8($"[{(json is "late" ? "\"late\"" : json)}]") };
        return EventArguments.From(in packet);
    }

    private Task<EventArguments> Ask(Func<bool>? send = null, CancellationToken cancellationToken = default) =>
        new AckRequest(_wheel, _pending, ++_lastId, "question", TimeSpan.FromSeconds(5)).RunAsync(send ?? (() => true), cancellationToken).AsTask();

    private void AssertNothingIsLeft()
    {
        Assert.Equal(0, _pending.Count);
        Assert.Equal(0, _wheel.Count);
    }
}
