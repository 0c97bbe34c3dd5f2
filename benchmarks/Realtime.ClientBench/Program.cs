using Realtime.ClientBench;
using Realtime.Load;

try
{
    var line = new CommandLine(args.AsSpan(Math.Min(1, args.Length)));
    switch (args.FirstOrDefault())
    {
        case "echo":
            await new EchoCommand(line).RunAsync();
            return 0;
        case "reconnect":
            await new ReconnectCommand(line).RunAsync();
            return 0;
        case "crash":
            await new CrashCommand(line).RunAsync();
            return 0;
        case "report":
            new ReportCommand(line).Run();
            return 0;
        default:
            Console.Error.WriteLine("usage: Realtime.ClientBench echo|reconnect|crash|report --name value ... (see benchmarks/README.md)");
            return 2;
    }
}
#pragma warning disable CA1031 // Whatever it was, the run is worth nothing, and the script has to know.
catch (Exception failure)
#pragma warning restore CA1031
{
    Console.Error.WriteLine(failure is LoadFailure ? $"FAILED: {failure.Message}" : $"FAILED: {failure}");
    return 1;
}
