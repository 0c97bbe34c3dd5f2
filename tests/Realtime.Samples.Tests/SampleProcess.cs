using System.Diagnostics;
using System.Text;
using System.Text.RegularExpressions;

namespace Realtime.Samples.Tests;

/// <summary>A sample that runs as people run it: a process of its own, on a free port.</summary>
internal sealed partial class SampleProcess : IAsyncDisposable
{
    private static readonly TimeSpan s_startTimeout = TimeSpan.FromSeconds(60);
    private readonly Process _process;
    private readonly StringBuilder _output = new();
    private readonly TaskCompletionSource<Uri> _address = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private SampleProcess(string name, int port)
    {
        var start = new ProcessStartInfo("dotnet", [Repository.Assembly(name), "--urls", $"http://127.0.0.1:{port}"])
        {
            WorkingDirectory = Repository.Sample(name),
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        _process = new Process { StartInfo = start, EnableRaisingEvents = true };
        _process.Exited += (_, _) => _address.TrySetException(new InvalidOperationException($"{name} ended before it was ready:\n{Output}"));
    }

    internal Uri Address => _address.Task.Result;

    internal string Output
    {
        get
        {
            lock (_output)
            {
                return _output.ToString();
            }
        }
    }

    /// <summary>Starts a sample.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="port">Its port; 0 is a free one. One that was killed can be started again where it was.</param>
    internal static async Task<SampleProcess> StartAsync(string name, int port = 0)
    {
        var sample = new SampleProcess(name, port);
        sample._process.Start();
        foreach (StreamReader pipe in (StreamReader[])[sample._process.StandardOutput, sample._process.StandardError])
        {
            // A thread of its own: reading a redirected pipe blocks, and BeginOutputReadLine would hold a thread of the pool for each, of which a small machine has two.
            new Thread(() => sample.Read(pipe)) { IsBackground = true, Name = $"Output of {name}" }.UnsafeStart();
        }

        await sample._address.Task.WaitAsync(s_startTimeout);
        return sample;
    }

    /// <summary>Says what became of the sample when it runs no more: a page that cannot be opened does not tell.</summary>
    internal void ThrowIfEnded()
    {
        if (_process.HasExited)
        {
            throw new InvalidOperationException($"The sample ended with code {_process.ExitCode}:\n{Output}");
        }
    }

    /// <summary>Ends it as a crash does (SIGKILL): it says goodbye to nobody.</summary>
    internal async Task KillAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await KillAsync();
        _process.Dispose();
    }

    private void Read(StreamReader pipe)
    {
        using (pipe)
        {
            while (pipe.ReadLine() is { } line)
            {
                lock (_output)
                {
                    _output.AppendLine(line);
                }

                if (ReadyPattern().Match(line) is { Success: true } ready)
                {
                    _address.TrySetResult(new Uri(ready.Value));
                }
            }
        }
    }

    [GeneratedRegex(@"http://127\.0\.0\.1:\d+")]
    private static partial Regex ReadyPattern();
}
