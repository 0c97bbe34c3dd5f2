using System.Runtime.CompilerServices;

namespace Realtime.Core.Tests;

/// <summary>Texts that are compared with a committed file in <c>Golden/</c>. With <c>REALTIME_ACCEPT=1</c> a different text is written instead; never where <c>CI</c> is set.</summary>
internal static class Golden
{
    internal static string Read(string name) => File.ReadAllText(PathOf(name)).TrimEnd('\n');

    internal static void Match(string name, string actual)
    {
        string path = PathOf(name);
        string? expected = File.Exists(path) ? Read(name) : null;
        if (expected == actual)
        {
            return;
        }

        bool accept = Environment.GetEnvironmentVariable("REALTIME_ACCEPT") == "1" && string.IsNullOrEmpty(Environment.GetEnvironmentVariable("CI"));
        Assert.True(accept, $"Golden/{name}.txt differs; set REALTIME_ACCEPT=1 to write it.\nExpected:\n{expected ?? "(no file)"}\nActual:\n{actual}");
        File.WriteAllText(path, actual + "\n");
    }

    private static string PathOf(string name, [CallerFilePath] string here = "") => Path.Combine(Path.GetDirectoryName(here)!, "Golden", name + ".txt");
}
