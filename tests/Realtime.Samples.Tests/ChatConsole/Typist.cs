using System.Globalization;
using Realtime.Samples.Tests.Terminal;

namespace Realtime.Samples.Tests.ChatConsole;

/// <summary>Somebody who types numbered lines at a steady pace, whatever becomes of the connection.</summary>
internal sealed class Typist
{
    private static readonly TimeSpan s_pace = TimeSpan.FromMilliseconds(150);
    private readonly TerminalProcess _terminal;
    private readonly Task _typing;
    private volatile int _count;
    private volatile bool _isStopped;

    internal Typist(TerminalProcess terminal)
    {
        _terminal = terminal;
        _typing = TypeAsync();
    }

    /// <summary>Gets a line that is still to come.</summary>
    internal string LineAfter(int more) => Line(_count + more);

    /// <summary>Ends it.</summary>
    /// <returns>Every line that was typed, in order.</returns>
    internal async Task<IEnumerable<string>> StopAsync()
    {
        _isStopped = true;
        await _typing;
        return Enumerable.Range(1, _count).Select(Line);
    }

    private static string Line(int number) => string.Create(CultureInfo.InvariantCulture, $"Line {number:000}");

    private async Task TypeAsync()
    {
        using var pace = new PeriodicTimer(s_pace);
        while (!_isStopped)
        {
            await pace.WaitForNextTickAsync();
            await _terminal.TypeLineAsync(Line(_count + 1));
            _count++;
        }
    }
}
