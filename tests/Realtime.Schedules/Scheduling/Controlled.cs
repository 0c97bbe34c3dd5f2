using System.Security.Cryptography;

namespace Realtime.Schedules.Scheduling;

/// <summary>What the weaver has the code under test call. Outside of schedules it does nothing.</summary>
internal static class Controlled
{
    [ThreadStatic]
    private static Operation? s_current;

    private static Schedule? s_running;

    /// <summary>Gets or sets the operation that this thread runs.</summary>
    internal static Operation? Current
    {
        get => s_current;
        set => s_current = value;
    }

    /// <summary>Gets or sets the schedule that runs: one at a time in a process.</summary>
    internal static Schedule? Running
    {
        get => Volatile.Read(ref s_running);
        set => Volatile.Write(ref s_running, value);
    }

    /// <summary>An access to something that threads may share.</summary>
    internal static void Point(string site)
    {
        if (s_current is { } operation)
        {
            operation.Schedule.Reach(operation, site, isMeeting: false);
        }
        else
        {
            CheckEscape(site);
        }
    }

    /// <summary>A call by which threads meet: that of an atomic operation or a concurrent collection.</summary>
    internal static void Meeting(string site)
    {
        if (s_current is { } operation)
        {
            operation.Schedule.Reach(operation, site, isMeeting: true);
        }
        else
        {
            CheckEscape(site);
        }
    }

    /// <summary>A lock statement is about to be entered.</summary>
    internal static void Entering(string site)
    {
        if (s_current is { } operation)
        {
            operation.Entering = site;
        }
    }

    /// <summary>Waits until something has happened that other operations bring about.</summary>
    internal static void Until(Func<bool> condition, string what) => s_current!.Schedule.Wait(s_current, condition, what);

    /// <summary>Ends the schedule: something does not hold that has to. For places where an exception would be caught.</summary>
    internal static void Fail(string what) => s_current?.Schedule.Fail(what);

    /// <summary>Stands for the call of the same shape of the thread pool.</summary>
    internal static bool QueueItem(IThreadPoolWorkItem item, bool preferLocal)
    {
        if (Running is not { } schedule)
        {
            return ThreadPool.UnsafeQueueUserWorkItem(item, preferLocal);
        }

        schedule.Add("pool", item.Execute);
        return true;
    }

    /// <summary>Stands for the call of the same shape of the thread pool.</summary>
    internal static bool QueueCall<TState>(Action<TState> call, TState state, bool preferLocal)
    {
        if (Running is not { } schedule)
        {
            return ThreadPool.UnsafeQueueUserWorkItem(call, state, preferLocal);
        }

        schedule.Add("pool", () => call(state));
        return true;
    }

    /// <summary>Fills with bytes that are the same in each run of a schedule.</summary>
    internal static void Fill(Span<byte> bytes)
    {
        if (s_current is { } operation)
        {
            operation.Schedule.Ids.NextBytes(bytes);
        }
        else
        {
            RandomNumberGenerator.Fill(bytes);
        }
    }

    /// <summary>A thread that the schedule knows nothing of runs code under test beside it: then nothing is certain.</summary>
    internal static void CheckEscape(string site) => Running?.NoteEscape(site);
}
