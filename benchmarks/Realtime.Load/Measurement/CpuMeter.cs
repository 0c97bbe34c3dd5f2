using System.Diagnostics;

namespace Realtime.Load.Measurement;

/// <summary>CPU time of the server, of the load generator and of the machine since a moment.</summary>
internal sealed class CpuMeter
{
    private readonly ServerProcess _server;
    private readonly ServerProcess _self = new(Environment.ProcessId);
    private readonly long _startedAt;
    private readonly TimeSpan _serverStart;
    private readonly TimeSpan _selfStart;
    private readonly TimeSpan _machineStart = MachineCpu.Busy;

    public CpuMeter(ServerProcess server)
    {
        _server = server;
        _serverStart = server.CpuTime;
        _selfStart = _self.CpuTime;
        _startedAt = Stopwatch.GetTimestamp();
    }

    public CpuUse Read() => new(_server.CpuTime - _serverStart, _self.CpuTime - _selfStart, MachineCpu.Busy - _machineStart, Stopwatch.GetElapsedTime(_startedAt));
}
