using System.Globalization;
using System.Text.Json;
using Realtime.Load.Dialects;
using Realtime.Load.Loads;
using Realtime.Load.Measurement;
using Realtime.Load.Reporting;

namespace Realtime.Load;

/// <summary>Applies one load to one running server, prints the figures and appends them to the raw results.</summary>
internal sealed class RunCommand(CommandLine line)
{
    private readonly int[] _ports = line.RequiredNumbers("port");

    public void Run()
    {
        var name = line.Required("load");
        var load = LoadCalled(name);
        var server = new ServerProcess(line.RequiredNumbers("pid"));
        using var fleet = NewFleet();
        var metrics = load.Run(fleet, server, ReadOptions());
        var record = new RunRecord(line.Required("server"), name, (int)line.Number("round", 1), metrics);
        if (line.Optional("raw", "") is { Length: > 0 } raw)
        {
            File.AppendAllText(raw, JsonSerializer.Serialize(record) + "\n");
        }

        var figures = metrics.Select(metric => string.Create(CultureInfo.InvariantCulture, $"{metric.Key}={metric.Value:0.##}"));
        Console.WriteLine($"{record.Server,-14} {record.Load,-15} {string.Join(' ', figures)}");
    }

    private ILoad LoadCalled(string name) => name switch
    {
        "echo" => new SaturatedEcho(inFlight: 1),
        "echo-pipelined" => new SaturatedEcho(inFlight: 16),
        "echo-rate" => new OpenLoopEcho(perSecond: 10_000),
        "broadcast-1" => new SaturatedBroadcast(inFlight: 1),
        "broadcast-16" => new SaturatedBroadcast(inFlight: 16),
        "conversation" => new Conversation(publishers: 16),
        "broadcast-rate" => new OpenLoopBroadcast(perSecond: 50),
        "room" => new LargeRoom(),
        "slow-readers" => new SlowReaders(receiveBuffer => new Fleet(NewDialect(), _ports, receiveBuffer)),
        "connect" => new Connects(NewFleet),
        "idle" => new IdleConnections(NewFleet),
        _ => throw new LoadFailure($"no load is called {name}"),
    };

    private Fleet NewFleet() => new(NewDialect(), _ports);

    private IDialect NewDialect() => line.Required("dialect") switch
    {
        "socketio" => new SocketIoDialect(),
        "recovering" => new SocketIoDialect(recovers: true),
        "signalr" => new SignalRDialect(TimeSpan.FromMilliseconds(line.Number("ping-interval", 15_000))),
        var other => throw new LoadFailure($"no dialect is called {other}"),
    };

    private RunOptions ReadOptions()
    {
        var defaults = new RunOptions();
        return defaults with
        {
            Warmup = TimeSpan.FromSeconds(line.Number("warmup", defaults.Warmup.TotalSeconds)),
            Measured = TimeSpan.FromSeconds(line.Number("seconds", defaults.Measured.TotalSeconds)),
            RoomMembers = (int)line.Number("room", defaults.RoomMembers),
            IdleConnections = (int)line.Number("idle", defaults.IdleConnections),
            MeasureHeartbeats = line.Number("heartbeats", 1) != 0,
        };
    }
}
