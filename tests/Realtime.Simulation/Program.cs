using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using Realtime.Checker;
using Realtime.Simulation;

int seeds = 10_000;
int first = 1;
int? one = null;
string[] without = [];
for (int i = 0; i + 1 < args.Length; i += 2)
{
    if (args[i] == "--without")
    {
        without = args[i + 1].Split(',');
        continue;
    }

    int value = int.Parse(args[i + 1], CultureInfo.InvariantCulture);
    switch (args[i])
    {
        case "--seeds": seeds = value; break;
        case "--from": first = value; break;
        case "--seed": one = value; break;
    }
}

if (one is { } seed)
{
    var json = new JsonSerializerOptions { DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull, Converters = { new JsonStringEnumConverter() } };
    SimulationResult result = Simulation.Run(seed, without: without);
    foreach (LogRecord record in result.Records)
    {
        Console.WriteLine(JsonSerializer.Serialize(record, json));
    }

    Console.WriteLine(result.Describe());
    Console.WriteLine(result.Check.Tally);
    Console.WriteLine(result.Coverage.Describe(Faults.Names));
    return result.Passed ? 0 : 1;
}

var watch = Stopwatch.StartNew();
var campaign = new Campaign(Console.Out, without);
bool passed = campaign.Run(first, seeds);
Console.WriteLine($"took {watch.Elapsed.TotalSeconds:0} s");
Console.WriteLine(campaign.ClosingLine);
return passed ? 0 : 1;
