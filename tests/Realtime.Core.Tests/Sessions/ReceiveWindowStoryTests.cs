using CsCheck;
using Realtime.Contracts.Sessions;
using Realtime.Core.Identifiers;
using Realtime.Core.Sessions;

namespace Realtime.Core.Tests.Sessions;

/// <summary>A client that keeps to the protocol, on wires that are cut, with nodes that crash.</summary>
public sealed class ReceiveWindowStoryTests
{
    private const int Size = 4;

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_client_that_keeps_to_the_protocol_has_each_message_handled_and_answered(bool wantsResults)
    {
        int[] happened = new int[6];
        Gen.Int[0, 29].Array[1, 120].Sample(steps => new Story(wantsResults, happened).Run(steps), iter: 5_000);

        Assert.All(happened, times => Assert.True(times > 100, string.Join(' ', happened)));
    }

    private sealed class Story(bool wantsResults, int[] happened)
    {
        private readonly SortedSet<long> _pending = [];
        private readonly Dictionary<long, int> _results = []; // what the client was told
        private readonly Dictionary<long, int> _handled = []; // how often a handler has come to its end
        private readonly SortedSet<long> _running = [];
        private readonly Queue<(long Number, long Low, AckId Id)> _up = [];
        private readonly Queue<(AckId Id, int Answer)> _down = [];
        private readonly Dictionary<AckId, long> _ids = [];
        private ReceiveWindow _window = new(Size);
        private SessionRecord _record = SessionBench.NewRecord();
        private int _connection;
        private uint _nextId;
        private long _last;
        private int _serial;

        internal void Run(int[] steps)
        {
            Connect();
            foreach (int step in steps)
            {
                switch (step)
                {
                    case < 8 when _pending.Count == 0 || _last + 1 - _pending.Min < Size: Send(); break;
                    case < 14: Read(); break;
                    case < 20 when _running.Count > 0: Finish(_running.ElementAt(step % _running.Count)); break;
                    case < 27: Answer(); break;
                    case 27: Connect(); break;
                    case 28: _window.Detach(); break;
                    case 29 when _serial % 2 == 0: Crash(); break;
                }
            }

            Drain();
        }

        private void Count(int what) => Interlocked.Increment(ref happened[what]);

        private void Send()
        {
            _pending.Add(++_last);
            Write(_last);
        }

        private void Write(long number)
        {
            var id = new AckId(_nextId++);
            _ids[id] = number;
            _up.Enqueue((number, _pending.Min, id));
        }

        private void Connect()
        {
            Count(0);
            _up.Clear();
            _down.Clear();
            _ids.Clear();
            _nextId = 0; // the worst of clients: its ids begin anew
            _connection = _window.Attach();
            if (!wantsResults)
            {
                _pending.RemoveWhere(number => number <= _window.Received);
            }

            foreach (long number in _pending)
            {
                Write(number);
            }
        }

        private void Read()
        {
            if (!_up.TryDequeue(out (long Number, long Low, AckId Id) message))
            {
                return;
            }

            TakenMessage taken = _window.Take(message.Number, message.Low, new AckAddress(message.Id, _connection));
            Assert.False(taken.IsViolation, $"{message} is {taken.Outcome}");
            if (taken.Outcome == TakeOutcome.New)
            {
                Count(1);
                Assert.False(_handled.ContainsKey(message.Number), "What was answered is not handled again.");
                Assert.True(_running.Count == 0 || message.Number > _running.Max, "Messages begin in order.");
                Assert.True(_running.Add(message.Number));
            }
            else if (taken.Outcome == TakeOutcome.Repeated)
            {
                Count(2);
                _down.Enqueue((message.Id, taken.Answer.Data.Span[0]));
            }
            else if (taken.Outcome == TakeOutcome.Running)
            {
                Count(3);
                Assert.Contains(message.Number, _running);
            }
        }

        private void Finish(long number)
        {
            int answer = (byte)++_serial;
            _running.Remove(number);
            Assert.True(_handled.TryAdd(number, answer));
            AckAddress? asker = _window.Complete(number, SessionBench.Answer(answer));
            _record = _window.WriteTo(_record);
            if (asker is { } address)
            {
                Assert.Equal(_connection, address.Connection);
                _down.Enqueue((address.Id, answer));
            }
        }

        private void Answer()
        {
            if (_down.TryDequeue(out (AckId Id, int Answer) ack))
            {
                Count(4);
                long number = _ids[ack.Id];
                Assert.Equal(_handled[number], ack.Answer);
                Assert.Equal(ack.Answer, _results.TryAdd(number, ack.Answer) ? ack.Answer : _results[number]);
                _pending.Remove(number);
            }
        }

        // What ran is lost with the node; what was stored is not.
        private void Crash()
        {
            Count(5);
            _running.Clear();
            _window = new ReceiveWindow(_record, Size);
            Connect();
        }

        private void Drain()
        {
            Connect();
            for (int i = 0; i < 4 * Size && _pending.Count + _running.Count > 0; i++)
            {
                Read();
                _running.ToList().ForEach(Finish);
                Answer();
            }

            Assert.Empty(_pending);
            Assert.Equal(Enumerable.Range(1, (int)_last).Select(number => (long)number), _handled.Keys.Order());
            Assert.True(!wantsResults || _results.Count == _last);
        }
    }
}
