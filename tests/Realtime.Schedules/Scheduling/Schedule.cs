using System.Text;

namespace Realtime.Schedules.Scheduling;

/// <summary>One order in which some operations run: exactly one at a time, and at each step the strategy says which one goes on.</summary>
/// <remarks>Guarded by the turn: only the operation whose turn it is touches it, and the driver before the first and after the last.</remarks>
internal sealed class Schedule
{
    // Far beyond what any scenario needs. Half of it belongs to strategies that may be unfair: a loop that waits for somebody of lower priority ends then.
    private const int MaxSteps = 200_000;

    private readonly SemaphoreSlim _finished = new(0);
    private readonly List<Operation> _operations = [];
    private readonly List<Operation> _able = [];
    private readonly List<(Operation? From, string At, Operation To, string Then)> _switches = [];
    private readonly List<(string Name, Task Task)> _tasks = [];
    private readonly RandomWalk _fair = new(new Random(1));
    private IStrategy _strategy = Sequential.Instance;
    private Operation? _current;
    private bool _interrupts;
    private bool _isOver;

    /// <summary>Gets the lock statement that does not exclude anybody: a race that was planted. As <c>Type.Method</c>.</summary>
    internal string? WithoutGate { get; init; }

    /// <summary>Gets where random ids come from.</summary>
    internal Random Ids { get; } = new(1);

    /// <summary>Gets the number of steps of the part that runs, or ran last.</summary>
    internal int Steps { get; private set; }

    /// <summary>Gets what went wrong; <see langword="null"/> when nothing did.</summary>
    internal string? Violation { get; private set; }

    /// <summary>Gets the number that tells one order from another.</summary>
    internal int Fingerprint { get; private set; } = 17;

    /// <summary>Gets a value indicating whether <see cref="WithoutGate"/> was reached.</summary>
    internal bool MetPlanted { get; set; }

    internal void Add(string name, Action body)
    {
        var operation = new Operation(this, _operations.Count, $"{name} #{_operations.Count}", body);
        _operations.Add(operation);
        operation.Start();
    }

    internal void Add(string name, Func<Task> body) => Add(name, () => _tasks.Add((name, body())));

    /// <summary>Runs everything that was added, and what that adds, until nothing can run any more.</summary>
    /// <param name="strategy">The strategy of this part; <see langword="null"/> when nobody is to be interrupted, which is faster.</param>
    internal void Run(IStrategy? strategy)
    {
        _interrupts = strategy is not null;
        _strategy = strategy ?? Sequential.Instance;
        _current = null;
        Steps = 0;
        Controlled.Running = this;
        Next(isMeeting: true)?.Resume();
        _finished.Wait();
        Controlled.Running = null;
        foreach ((string name, Task task) in _tasks.Where(static task => !task.Task.IsCompletedSuccessfully))
        {
            Fail(task.IsFaulted ? $"{name} failed: {task.Exception.InnerException}" : $"{name} never ends.");
        }
    }

    /// <summary>An operation has come to a place where another may go on instead.</summary>
    internal void Reach(Operation operation, string site, bool isMeeting)
    {
        operation.Site = site;
        if (_interrupts)
        {
            Yield(operation, isMeeting);
        }
    }

    internal void Block(Operation operation, Lock wanted, string site)
    {
        operation.Site = site;
        operation.WaitsForLock = wanted;
        Yield(operation, isMeeting: true);
        operation.WaitsForLock = null;
    }

    internal void Wait(Operation operation, Func<bool> condition, string what)
    {
        operation.Site = what;
        operation.WaitsFor = condition;
        Yield(operation, isMeeting: true);
        operation.WaitsFor = null;
    }

    /// <summary>The operation whose turn it was has ended.</summary>
    internal void End() => Next(isMeeting: true)?.Resume();

    internal void Fail(string violation) => Violation ??= violation;

    internal void NoteEscape(string site) => Violation ??= $"A thread that is not scheduled was at {site}.";

    internal string Describe()
    {
        var text = new StringBuilder();
        text.AppendLine(Violation);
        foreach (Operation operation in _operations.Where(static operation => !operation.HasEnded))
        {
            text.Append("  ").AppendLine(operation.ToString());
        }

        text.Append("  ").Append(Steps).AppendLine(" steps; the last switches:");
        foreach ((Operation? from, string at, Operation to, string then) in _switches.TakeLast(40))
        {
            text.Append("    ").AppendLine(from is null ? $"{to.Name} begins" : $"{from.Name} stops at {at}; {to.Name} goes on at {then}");
        }

        return text.ToString();
    }

    private void Yield(Operation operation, bool isMeeting)
    {
        Operation? next = Next(isMeeting);
        if (next == operation)
        {
            return;
        }

        next?.Resume();
        operation.Pause(); // for good, when the schedule is over
    }

    // The one who goes on; null when the schedule is over, and then the driver has been told.
    private Operation? Next(bool isMeeting)
    {
        if (_isOver)
        {
            return null;
        }

        _able.Clear();
        bool isDone = true;
        foreach (Operation operation in _operations)
        {
            isDone &= operation.HasEnded;
            if (operation.CanRun)
            {
                _able.Add(operation);
            }
        }

        Steps++;
        if (_able.Count == 0 && !isDone)
        {
            Fail("Nobody can go on.");
        }
        else if (Steps > MaxSteps)
        {
            Fail("It does not end.");
        }

        if (isDone || Violation is not null)
        {
            _isOver = Violation is not null;
            _finished.Release();
            return null;
        }

        return Choose(isMeeting);
    }

    private Operation Choose(bool isMeeting)
    {
        Operation chosen = (Steps > MaxSteps / 2 ? _fair : _strategy).Choose(_able, _current, isMeeting, Steps);
        if (chosen != _current)
        {
            Fingerprint = unchecked((((Fingerprint * 31) + chosen.Number) * 31) + Steps);
            _switches.Add((_current, _current?.Site ?? "", chosen, chosen.Site));
        }

        return _current = chosen;
    }
}
