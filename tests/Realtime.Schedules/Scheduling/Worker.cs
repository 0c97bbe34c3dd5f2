using System.Collections.Concurrent;

namespace Realtime.Schedules.Scheduling;

/// <summary>A thread that operations run on, one after the other. Those of schedules that went wrong are never given back.</summary>
internal sealed class Worker
{
    private static readonly ConcurrentStack<Worker> s_idle = new();

    private readonly SemaphoreSlim _turn = new(0);
    private Action? _next;

    private Worker() => new Thread(Run, maxStackSize: 1024 * 1024) { IsBackground = true }.Start();

    internal static Worker Take() => s_idle.TryPop(out Worker? worker) ? worker : new Worker();

    internal void Prepare(Action next) => _next = next;

    internal void Resume() => _turn.Release();

    internal void Pause() => _turn.Wait();

    internal void GiveBack() => s_idle.Push(this);

    private void Run()
    {
        while (true)
        {
            Pause();
            _next!();
        }
    }
}
