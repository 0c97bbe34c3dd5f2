using System.Globalization;
using Realtime.Schedules;

// Realtime.Schedules [schedules]                                   everything, with so many schedules of each scenario
// Realtime.Schedules --scenario name [--seed n | --schedules n] [--without Type.Method]   one scenario, or one schedule of it again
string? Value(string name) => Array.IndexOf(args, name) is var at && at >= 0 && at + 1 < args.Length ? args[at + 1] : null;
int Number(string? text, int otherwise) => text is null ? otherwise : int.Parse(text, CultureInfo.InvariantCulture);

return Value("--scenario") is { } scenario
    ? Campaign.RunOne(scenario, Value("--seed") is { } seed ? Number(seed, 0) : null, Number(Value("--schedules"), 1000), Value("--without"), Console.Out)
    : Campaign.Run(Number(args.FirstOrDefault(), 10_000), Console.Out);
