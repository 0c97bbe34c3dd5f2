using Realtime.Schedules.Weaver;

if (args is not [string path])
{
    Console.Error.WriteLine("usage: Realtime.Schedules.Weaver <assembly>");
    return 2;
}

int points = AssemblyWeaver.Weave(path);
Console.WriteLine(points < 0 ? "woven already" : $"{points} points");
return 0;
