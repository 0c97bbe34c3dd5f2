using System.Threading.Channels;

namespace ChatConsole;

/// <summary>
/// Everything that happens - a key, an event, the end of an await - happens here, one after the other, on one thread, as in the page. So nothing of the model
/// needs a lock, and after each batch of happenings the screen is drawn once.
/// </summary>
public sealed class Loop : SynchronizationContext
{
    private readonly Channel<Action> _happenings = Channel.CreateUnbounded<Action>(new UnboundedChannelOptions { SingleReader = true });

    public override void Post(SendOrPostCallback d, object? state) => _happenings.Writer.TryWrite(() => d(state));

    public void Post(Action happening) => _happenings.Writer.TryWrite(happening);

    /// <summary>Lets something happen, and waits until it has: an event is not finished before the model knows it, which holds back whoever sends too many.</summary>
    public ValueTask InvokeAsync(Action happening)
    {
        var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        bool isOpen = _happenings.Writer.TryWrite(() =>
        {
            happening();
            done.SetResult();
        });
        return isOpen ? new ValueTask(done.Task) : default;
    }

    /// <summary>Runs until a task ends.</summary>
    /// <param name="main">The task; all of its code runs on this thread.</param>
    /// <param name="draw">Shows what has changed.</param>
    public void Run(Func<Task> main, Action draw)
    {
        SetSynchronizationContext(this);
        Task running = main();
        running.ContinueWith(_ => _happenings.Writer.Complete(), TaskScheduler.Default);
        while (_happenings.Reader.WaitToReadAsync().AsTask().GetAwaiter().GetResult())
        {
            while (_happenings.Reader.TryRead(out Action? happening))
            {
                happening();
            }

            draw();
        }

        running.GetAwaiter().GetResult();
    }
}
