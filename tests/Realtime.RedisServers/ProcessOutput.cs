using System.Diagnostics;
using System.Text;

namespace Realtime.RedisServers;

/// <summary>
/// What a process writes, both of its pipes. They are read on threads of their own: reading a redirected pipe blocks, and each that was read by <see cref="Process.BeginOutputReadLine"/>
/// would hold a thread of the pool, of which a small machine has two, for as long as the process lives.
/// </summary>
/// <remarks>Guarded by <c>_text</c>. The threads end with the process.</remarks>
public sealed class ProcessOutput
{
    private readonly StringBuilder _text = new();
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Action<string>? _onLine;
    private int _open = 2;

    private ProcessOutput(Action<string>? onLine) => _onLine = onLine;

    /// <summary>Gets what is completed when the process has closed both pipes.</summary>
    public Task Ended => _ended.Task;

    /// <summary>Reads what a process writes that has just been started with both pipes redirected.</summary>
    /// <param name="process">The process.</param>
    /// <param name="onLine">Called with each line, on any thread.</param>
    public static ProcessOutput Read(Process process, Action<string>? onLine = null)
    {
        var output = new ProcessOutput(onLine);
        foreach (StreamReader pipe in (StreamReader[])[process.StandardOutput, process.StandardError])
        {
            new Thread(() => output.Read(pipe)) { IsBackground = true, Name = "Output of a process" }.UnsafeStart();
        }

        return output;
    }

    /// <summary>Gets all lines so far.</summary>
    public override string ToString()
    {
        lock (_text)
        {
            return _text.ToString();
        }
    }

    private void Read(StreamReader pipe)
    {
        using (pipe)
        {
            while (pipe.ReadLine() is { } line)
            {
                lock (_text)
                {
                    _text.AppendLine(line);
                }

                _onLine?.Invoke(line);
            }
        }

        if (Interlocked.Decrement(ref _open) == 0)
        {
            _ended.SetResult();
        }
    }
}
