using System.Diagnostics;
using Realtime.Core.Protocol;

namespace Realtime.Core.Sessions;

/// <summary>The numbered messages of one client: each is handled once, in order, and its one answer is given however often it is asked for.</summary>
/// <remarks>
/// <para>Guarded by <c>_gate</c>: messages come from the read loop of the connection, answers from whatever thread a handler ends on.</para>
/// <para>
/// Three numbers say where a client stands: <c>Confirmed &lt;= Received &lt;= Taken</c>. Up to <see cref="Taken"/>, messages were given to handlers. Up to
/// <see cref="Received"/>, every one has its answer. Up to <see cref="Confirmed"/>, the client has these answers, and they are forgotten.
/// </para>
/// <para>
/// The <c>received</c> of a CONNECT is <see cref="Received"/>, not <see cref="Taken"/>: a client that wants no result takes those for done, and a message whose handler still ran when
/// its node crashed would be lost. So it is sent again. On the same node the window is handed on as it is and knows that the handler runs. After a crash the record knows no answer, the
/// message is new and is handled again, under the same number and so the same message id.
/// </para>
/// <para>
/// An answer is stored first, then told to the window, then sent: <c>SaveAsync</c>, <see cref="Complete"/>, send. Until it is stored, a message that is repeated counts as running. In the other order
/// a client could have an answer that a crash makes undone.
/// </para>
/// <para>At most <c>window</c> messages are kept. The memory of their answers is what the handlers make of it.</para>
/// </remarks>
internal sealed class ReceiveWindow
{
    /// <summary>How many messages a client may have unconfirmed unless told otherwise.</summary>
    internal const int DefaultSize = 64;

    private readonly Lock _gate = new();
    private readonly Dictionary<long, Message> _messages = []; // above _confirmed: taken, or answered under an owner before
    private readonly int _size;
    private bool _mayHaveLost; // until the first message: a store may have lost answers that the client has
    private int _connection;
    private long _taken;
    private long _received;
    private long _confirmed;

    /// <summary>Creates the window of a new session.</summary>
    /// <param name="size">How many messages may be unconfirmed; positive.</param>
    internal ReceiveWindow(int size = DefaultSize) => _size = size;

    /// <summary>Creates the window of a session that another owner had.</summary>
    /// <param name="record">What was stored of it.</param>
    /// <param name="size">How many messages may be unconfirmed; positive.</param>
    internal ReceiveWindow(SessionRecord record, int size = DefaultSize)
        : this(size)
    {
        _mayHaveLost = true;
        _taken = _received = _confirmed = record.Confirmed;
        foreach (StoredAck ack in record.Acks.Where(ack => ack.Number > record.Confirmed))
        {
            _messages.TryAdd(ack.Number, new Message { Answer = ack.Payload });
        }

        AdvanceLocked();
    }

    /// <summary>Gets the number up to which every message has its answer.</summary>
    internal long Received => Read(ref _received);

    /// <summary>Gets the highest number that was given to a handler, or answered by an owner before.</summary>
    internal long Taken => Read(ref _taken);

    /// <summary>Gets the number up to which the client has the answers: what goes into a <see cref="SessionChange"/> along with the next one.</summary>
    internal long Confirmed => Read(ref _confirmed);

    /// <summary>Begins a connection: whoever asked before is not answered any more, because those ids are void.</summary>
    /// <returns>The number of the connection, for the addresses of those who ask on it.</returns>
    internal int Attach()
    {
        lock (_gate)
        {
            return ++_connection;
        }
    }

    /// <summary>Ends the connection. Handlers run on; nobody asks any more.</summary>
    internal void Detach() => Attach();

    /// <summary>Takes a message.</summary>
    /// <param name="number">Its number.</param>
    /// <param name="low">The lowest number that the client has no answer for. One that was seen before changes nothing.</param>
    /// <param name="asker">Where the answer is to go. The last who asks gets it.</param>
    /// <returns>What to do with it.</returns>
    internal TakenMessage Take(long number, long low, AckAddress asker)
    {
        lock (_gate)
        {
            AssertInvariantsLocked();
            if (CheckLocked(number, low, asker) is { } refused)
            {
                return new TakenMessage(refused, default);
            }

            _mayHaveLost = false;
            ConfirmLocked(Math.Max(low - 1, number - _size)); // further back than the window it may have nothing open, whatever it says
            if (number > _taken)
            {
                _messages.Add(number, new Message { Asker = asker });
                _taken = number;
                AdvanceLocked();
                return new TakenMessage(TakeOutcome.New, default);
            }

            Message message = _messages[number];
            if (message.Answer is { } answer)
            {
                return new TakenMessage(TakeOutcome.Repeated, answer);
            }

            message.Asker = asker;
            return new TakenMessage(TakeOutcome.Running, default);
        }
    }

    /// <summary>Says that a message has its answer, which is stored. Once for each; a second answer is ignored.</summary>
    /// <param name="number">The number of the message.</param>
    /// <param name="answer">The answer. Its memory has to stay as it is.</param>
    /// <returns>Where to send it; <see langword="null"/> when nobody asks: the client has no connection or has not asked on the one it has.</returns>
    internal AckAddress? Complete(long number, EventPayload answer)
    {
        lock (_gate)
        {
            if (!_messages.TryGetValue(number, out Message? message) || message.Answer is not null)
            {
                return null;
            }

            message.Answer = answer;
            AdvanceLocked();
            AssertInvariantsLocked();
            return message.Asker.Connection == _connection ? message.Asker : null;
        }
    }

    /// <summary>Puts what is known of the client's messages into a record. Those whose handlers run are not in it.</summary>
    /// <param name="record">The record of the session.</param>
    /// <returns>The record with its answers.</returns>
    internal SessionRecord WriteTo(SessionRecord record)
    {
        lock (_gate)
        {
            return record with
            {
                Confirmed = _confirmed,
                Acks = [.. _messages.Where(static message => message.Value.Answer is not null).OrderBy(static message => message.Key)
                    .Select(static message => new StoredAck(message.Key, message.Value.Answer!.Value))],
            };
        }
    }

    private TakeOutcome? CheckLocked(long number, long low, AckAddress asker)
    {
        if (asker.Connection != _connection)
        {
            return TakeOutcome.Stale;
        }

        if (low < 1 || low > number)
        {
            return TakeOutcome.InvalidLow;
        }

        if (number <= _confirmed)
        {
            return TakeOutcome.Forgotten;
        }

        // What the client has an answer for was handled, even if the store that told of it has lost that.
        long handled = _mayHaveLost ? Math.Max(_received, low - 1) : _received;
        if (number - 1 > Math.Max(_taken, handled))
        {
            return TakeOutcome.Hole;
        }

        if (low - 1 > handled)
        {
            return TakeOutcome.InvalidLow;
        }

        return number - handled > _size ? TakeOutcome.WindowExceeded : null;
    }

    private void ConfirmLocked(long confirmed)
    {
        if (confirmed <= _confirmed)
        {
            return;
        }

        for (long number = _confirmed + 1; number <= confirmed && _messages.Count > 0; number++)
        {
            _messages.Remove(number);
        }

        _confirmed = confirmed;
        _received = Math.Max(_received, confirmed);
        AdvanceLocked();
    }

    // Answers may stand beyond a message whose handler ran, or will run again: they count as soon as there is no gap before them.
    private void AdvanceLocked()
    {
        while (_messages.TryGetValue(_received + 1, out Message? next) && next.Answer is not null)
        {
            _received++;
        }

        _taken = Math.Max(_taken, _received);
        while (_messages.ContainsKey(_taken + 1))
        {
            _taken++;
        }
    }

    private long Read(ref long value)
    {
        lock (_gate)
        {
            return value;
        }
    }

    [Conditional("DEBUG")]
    private void AssertInvariantsLocked()
    {
        Debug.Assert(_confirmed <= _received && _received <= _taken, "What is confirmed was answered, and what was answered was taken.");
        Debug.Assert(_messages.Keys.All(number => number > _confirmed), "Confirmed answers are forgotten.");
        Debug.Assert(!_messages.TryGetValue(_received + 1, out Message? next) || next.Answer is null, "The first number that is not received has no answer.");
    }

    private sealed class Message
    {
        /// <summary>Gets or sets who asked last.</summary>
        internal AckAddress Asker { get; set; }

        /// <summary>Gets or sets the answer; <see langword="null"/> while the handler runs, or its answer is being stored.</summary>
        internal EventPayload? Answer { get; set; }
    }
}
