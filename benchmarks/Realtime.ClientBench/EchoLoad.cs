using Realtime.ClientBench.Clients;
using Realtime.Load;

namespace Realtime.ClientBench;

/// <summary>Keeps a number of echoes in flight on each connection, and looks at every answer.</summary>
internal sealed class EchoLoad(IEchoClient[] clients, int inFlight)
{
    private static readonly TimeSpan s_longestAnswer = TimeSpan.FromSeconds(10);

    private Task _running = Task.CompletedTask;
    private long _echoes;
    private int _unanswered;
    private volatile bool _stopped;

    public long Echoes => Interlocked.Read(ref _echoes);

    public void Start() => _running = Task.WhenAll(clients.Select(client => client.BeginAsync(() => Task.WhenAll(Enumerable.Range(0, inFlight).Select(_ => KeepEchoingAsync(client))))));

    /// <summary>Lets time pass. A wrong answer ends it.</summary>
    public async Task RunAsync(TimeSpan time)
    {
        var ended = await Task.WhenAny(_running, Task.Delay(time));
        await ended;
        if (_running.IsCompleted)
        {
            throw new LoadFailure("the echoes ended by themselves");
        }
    }

    /// <summary>Sends no more, and waits for what is on its way.</summary>
    public async Task StopAsync()
    {
        _stopped = true;
        var before = Echoes;
        try
        {
            await _running.WaitAsync(s_longestAnswer);
        }
        catch (TimeoutException)
        {
            throw new LoadFailure($"{Volatile.Read(ref _unanswered)} echoes were not answered within {s_longestAnswer.TotalSeconds} s, in which {Echoes - before} were");
        }
    }

    private async Task KeepEchoingAsync(IEchoClient client)
    {
        while (!_stopped)
        {
            await EchoAsync(client);
            Interlocked.Increment(ref _echoes);
        }
    }

    private async ValueTask EchoAsync(IEchoClient client)
    {
        var sent = EchoPayload.Next();
        Interlocked.Increment(ref _unanswered);
        var answer = await client.EchoAsync(sent);
        Interlocked.Decrement(ref _unanswered);
        if (answer != sent)
        {
            throw new LoadFailure($"{sent} came back as {answer}");
        }
    }
}
