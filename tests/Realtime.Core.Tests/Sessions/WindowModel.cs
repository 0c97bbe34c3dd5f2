using Realtime.Core.Sessions;

namespace Realtime.Core.Tests.Sessions;

/// <summary>What a window has to say, told as simply as can be: sets of numbers, and every question asked of all of them.</summary>
internal sealed class WindowModel(int size)
{
    private readonly Dictionary<long, int> _answers = [];
    private readonly Dictionary<long, AckAddress> _running = [];
    private bool _restored;

    internal long Confirmed { get; private set; }

    internal int Connection { get; set; }

    internal long Received => LastOfAll(IsAnswered);

    internal long Taken => LastOfAll(number => IsAnswered(number) || _running.ContainsKey(number));

    internal IReadOnlyList<long> Running => [.. _running.Keys.Order()];

    internal (TakeOutcome Outcome, int Answer) Take(long number, long low, AckAddress asker)
    {
        TakeOutcome outcome = Judge(number, low, asker);
        if (outcome is TakeOutcome.New or TakeOutcome.Running or TakeOutcome.Repeated)
        {
            _restored = false;
            Confirmed = Math.Max(Confirmed, Math.Max(low - 1, number - size));
        }

        if (outcome is TakeOutcome.New or TakeOutcome.Running)
        {
            _running[number] = asker;
        }

        return (outcome, outcome == TakeOutcome.Repeated ? _answers[number] : 0);
    }

    internal AckAddress? Complete(long number, int answer)
    {
        if (!_running.Remove(number, out AckAddress asker))
        {
            return null;
        }

        _answers.Add(number, answer);
        return asker.Connection == Connection ? asker : null;
    }

    internal void Crash()
    {
        _running.Clear();
        _restored = true;
        Connection = 0;
    }

    private static long LastOfAll(Func<long, bool> holds)
    {
        long number = 0;
        while (holds(number + 1))
        {
            number++;
        }

        return number;
    }

    private bool IsAnswered(long number) => number <= Confirmed || _answers.ContainsKey(number);

    private TakeOutcome Judge(long number, long low, AckAddress asker)
    {
        if (asker.Connection != Connection)
        {
            return TakeOutcome.Stale;
        }

        if (low < 1 || low > number)
        {
            return TakeOutcome.InvalidLow;
        }

        if (number <= Confirmed)
        {
            return TakeOutcome.Forgotten;
        }

        bool IsHandled(long n) => IsAnswered(n) || (_restored && n < low);
        for (long n = 1; n < number; n++)
        {
            if (!IsHandled(n) && !_running.ContainsKey(n))
            {
                return TakeOutcome.Hole;
            }
        }

        for (long n = 1; n < low; n++)
        {
            if (!IsHandled(n))
            {
                return TakeOutcome.InvalidLow;
            }
        }

        return number - LastOfAll(IsHandled) > size ? TakeOutcome.WindowExceeded
            : _running.ContainsKey(number) ? TakeOutcome.Running
            : _answers.ContainsKey(number) ? TakeOutcome.Repeated
            : TakeOutcome.New;
    }
}
