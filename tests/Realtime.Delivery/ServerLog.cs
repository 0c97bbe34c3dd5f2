using Microsoft.Extensions.Logging;

namespace Realtime.Delivery;

/// <summary>The log of a server, in a file for readers; counts what the backplane says of what it had missed.</summary>
/// <remarks>Thread-safe.</remarks>
internal sealed class ServerLog(string path) : ILoggerProvider, ILogger
{
    private const string Filled = "MessagesFilled";
    private const string NoYield = "NoYield";

    private readonly Lock _gate = new();
    private readonly StreamWriter _file = new(path) { AutoFlush = true };
    private long _fills;
    private long _filled;

    internal long Fills => Interlocked.Read(ref _fills);

    internal long FilledPublications => Interlocked.Read(ref _filled);

    public ILogger CreateLogger(string categoryName) => this;

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Information;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        if (eventId.Name == Filled)
        {
            Interlocked.Increment(ref _fills);
            long count = state is IReadOnlyList<KeyValuePair<string, object?>> values && values.FirstOrDefault(static value => value.Key == "Count").Value is int found ? found : 0;
            Interlocked.Add(ref _filled, count);
        }

        if (eventId.Name == NoYield)
        {
            TakenSession.Current?.IsWithoutAnswer = true;
        }

        if (logLevel >= LogLevel.Warning || eventId.Name == Filled)
        {
            lock (_gate)
            {
                _file.WriteLine($"{DateTime.UtcNow:HH:mm:ss.fff} {logLevel} {eventId.Name}: {formatter(state, exception)} {exception}");
            }
        }
    }

    public void Dispose()
    {
        lock (_gate)
        {
            _file.Dispose();
        }
    }
}
