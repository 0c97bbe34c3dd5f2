using CsCheck;
using Realtime.Contracts.Sessions;
using Realtime.Core.Identifiers;
using Realtime.Core.Sessions;

namespace Realtime.Core.Tests.Sessions;

public sealed class ReceiveWindowPropertyTests
{
    private const int Size = 4;

    [Fact]
    public void Whatever_comes_in_whatever_order_the_window_does_as_its_model()
    {
        int[] seen = new int[Enum.GetValues<TakeOutcome>().Length];
        Gen.Select(Gen.Int[0, 19], Gen.Int[-5, 2], Gen.Int[-1, 6]).Array[1, 80].Sample(steps => Run(steps, seen), iter: 20_000);

        Assert.All(seen, times => Assert.True(times > 100, string.Join(' ', seen)));
    }

    [Fact]
    public async Task Who_asks_while_the_answer_comes_gets_it_exactly_once()
    {
        const int rounds = 5_000;
        var window = new ReceiveWindow();
        int connection = window.Attach();
        int begun = 0;
        var told = new AckAddress?[rounds + 1];
        Task completing = Task.Run(() =>
        {
            for (int number = 1; number <= rounds; number++)
            {
                var spin = default(SpinWait);
                while (Volatile.Read(ref begun) < number)
                {
                    spin.SpinOnce(sleep1Threshold: -1);
                }

                told[number] = window.Complete(number, SessionBench.Answer(1));
            }
        });
        var outcomes = new TakeOutcome[rounds + 1];
        var askers = new AckAddress[rounds + 1];
        for (int number = 1; number <= rounds; number++)
        {
            window.Take(number, Math.Max(1, number - 8), new AckAddress(default, connection));
            askers[number] = new AckAddress(new AckId((uint)number), connection = window.Attach());
            Volatile.Write(ref begun, number);
            Thread.SpinWait(number % 200); // so that both come first now and then
            outcomes[number] = window.Take(number, Math.Max(1, number - 8), askers[number]).Outcome;
            var spin = default(SpinWait);
            while (window.Received < number && !completing.IsCompleted)
            {
                spin.SpinOnce(sleep1Threshold: -1);
            }
        }

        await completing.Within();
        for (int number = 1; number <= rounds; number++)
        {
            Assert.Equal(told[number] is null ? TakeOutcome.Repeated : TakeOutcome.Running, outcomes[number]);
            Assert.True(told[number] is null || told[number] == askers[number]);
        }
    }

    private static void Run((int Kind, int Number, int Low)[] steps, int[] seen)
    {
        var model = new WindowModel(Size);
        var window = new ReceiveWindow(Size);
        List<long> news = [];
        int serial = 0;
        foreach ((int kind, int offset, int low) in steps)
        {
            serial++;
            switch (kind)
            {
                case < 11:
                    // Mostly what clients do: the next number, or one before, and a low that is about right.
                    long number = model.Taken + (kind < 6 ? 1 : offset);
                    var asker = new AckAddress(new AckId((uint)serial), model.Connection - (kind == 10 ? 1 : 0));
                    long lowest = model.Confirmed + low;
                    (TakeOutcome Outcome, int Answer) expected = model.Take(number, lowest, asker);
                    TakenMessage message = window.Take(number, lowest, asker);
                    Check(expected, message, number, news);
                    Interlocked.Increment(ref seen[(int)message.Outcome]);
                    break;
                case < 17 when model.Running.Count > 0:
                    long done = model.Running[serial % model.Running.Count];
                    Assert.Equal(model.Complete(done, serial), window.Complete(done, SessionBench.Answer(serial)));
                    Assert.Null(window.Complete(done, SessionBench.Answer(0)));
                    break;
                case 17:
                    window.Detach();
                    model.Connection++;
                    break;
                case 18:
                    model.Connection = window.Attach();
                    break;
                case 19:
                    window = new ReceiveWindow(window.WriteTo(SessionBench.NewRecord()), Size);
                    model.Crash();
                    news.RemoveAll(number => number > model.Received); // what had no answer may be handled again
                    break;
            }

            Assert.Equal((model.Taken, model.Received, model.Confirmed), (window.Taken, window.Received, window.Confirmed));
        }
    }

    private static void Check((TakeOutcome Outcome, int Answer) expected, TakenMessage message, long number, List<long> news)
    {
        Assert.Equal(expected.Outcome, message.Outcome);
        if (message.Outcome == TakeOutcome.Repeated)
        {
            Assert.Equal((byte)expected.Answer, message.Answer.Data.Span[0]);
        }

        if (message.Outcome == TakeOutcome.New)
        {
            Assert.True(news.Count == 0 || number > news[^1], "Each number is new once, in order.");
            news.Add(number);
        }
    }
}
