using System.Net.Sockets;
using Realtime.Load;

try
{
    var line = new CommandLine(args.AsSpan(Math.Min(1, args.Length)));
    switch (args.FirstOrDefault())
    {
        case "run":
            new RunCommand(line).Run();
            return 0;
        case "report":
            new ReportCommand(line).Run();
            return 0;
        default:
            Console.Error.WriteLine("usage: Realtime.Load run|report --name value ... (see benchmarks/README.md)");
            return 2;
    }
}
catch (Exception failure) when (failure is LoadFailure or SocketException or IOException)
{
    Console.Error.WriteLine($"FAILED: {failure.Message}");
    return 1;
}
