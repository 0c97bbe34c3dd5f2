using Realtime.Core.Connections;

namespace Realtime.Core.Tests.Connections;

public sealed class FlushScopeTests : IDisposable
{
    private readonly TestEngine _engine = new();
    private readonly RecordingTransport _transport = new();
    private readonly Connection _connection;

    public FlushScopeTests() => _connection = _transport.Accept(_engine.Engine);

    public void Dispose() => _engine.Dispose();

    [Fact]
    public void What_is_sent_in_a_scope_goes_out_with_one_write_for_each_connection()
    {
        var other = new RecordingTransport();
        Connection second = other.Accept(_engine.Engine);

        FlushScope scope = FlushScope.Enter();
        _connection.Send(TestEngine.Message("a"));
        second.Send(TestEngine.Message("x"));
        _connection.Send(TestEngine.Message("b"));
        _connection.Send(TestEngine.Message("c"));
        Assert.Empty(_transport.Writes);
        scope.Exit();

        Assert.Equal(["4a|4b|4c"], _transport.Writes);
        Assert.Equal(["4x"], other.Writes);
    }

    [Fact]
    public void Of_nested_scopes_the_outermost_counts()
    {
        FlushScope outer = FlushScope.Enter();
        _connection.Send(TestEngine.Message("a"));
        FlushScope inner = FlushScope.Enter();
        _connection.Send(TestEngine.Message("b"));
        inner.Exit();
        Assert.Empty(_transport.Writes);
        _connection.Send(TestEngine.Message("c"));
        outer.Exit();

        Assert.Equal(["4a|4b|4c"], _transport.Writes);
        Assert.Null(FlushScope.Current);
    }

    [Fact]
    public void After_a_scope_things_go_out_at_once_again()
    {
        FlushScope.Enter().Exit();
        _connection.Send(TestEngine.Message("a"));
        FlushScope scope = FlushScope.Enter();
        _connection.Send(TestEngine.Message("b"));
        scope.Flush();
        Assert.Equal(["4a", "4b"], _transport.Writes);
        _connection.Send(TestEngine.Message("c"));
        Assert.Equal(["4a", "4b"], _transport.Writes);
        scope.Exit();

        Assert.Equal(["4a", "4b", "4c"], _transport.Writes);
    }

    [Fact]
    public async Task What_another_thread_sends_meanwhile_stands_behind_and_is_not_lost()
    {
        FlushScope scope = FlushScope.Enter();
        _connection.Send(TestEngine.Message("a"));
        var other = new Thread(() => _connection.Send(TestEngine.Message("b")));
        other.Start();
        other.Join();
        scope.Exit();
        await Task.Yield();

        Assert.Equal(["4a|4b"], _transport.Writes);
    }

    [Fact]
    public void A_batch_of_input_is_answered_with_one_write()
    {
        _engine.Handles = (connection, text) =>
        {
            connection.Send(TestEngine.Message(text + "!"));
            return default;
        };
        _transport.Receive("4a", "4b", "4c");

        Assert.True(_connection.OnReadableAsync(_transport).AsTask().IsCompletedSuccessfully);

        Assert.Equal(["4a!|4b!|4c!"], _transport.Writes);
    }

    [Fact]
    public void What_could_be_written_when_the_handler_had_to_wait_is_not_held_back()
    {
        var waits = new TaskCompletionSource();
        _engine.Handles = (connection, text) =>
        {
            connection.Send(TestEngine.Message(text + "!"));
            return new ValueTask(waits.Task);
        };
        _transport.Receive("4a", "4b");

        ValueTask reading = _connection.OnReadableAsync(_transport);

        Assert.False(reading.IsCompleted);
        Assert.Equal(["4a!"], _transport.Writes);
    }

    [Fact]
    public void A_client_that_cannot_take_more_gets_the_batch_later()
    {
        _transport.CanSend = false;
        FlushScope scope = FlushScope.Enter();
        _connection.Send(TestEngine.Message("a"));
        _connection.Send(TestEngine.Message("b"));
        scope.Exit();
        Assert.Empty(_transport.Writes);
        _transport.CanSend = true;
        _connection.OnWritable(_transport);

        Assert.Equal(["4a|4b"], _transport.Writes);
    }
}
