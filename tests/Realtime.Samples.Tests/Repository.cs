using System.Reflection;

namespace Realtime.Samples.Tests;

/// <summary>Where things are.</summary>
internal static class Repository
{
    internal static string Root { get; } = FindRoot();

    internal static string Sample(string name) => Path.Combine(Root, "samples", name);

    internal static string Assembly(string sample) => Path.Combine(Root, "artifacts", "bin", sample, Configuration, $"{sample}.dll");

    internal static string Screenshot(string name) => Path.Combine(Root, "artifacts", "screenshots", $"{name}.png");

    /// <summary>Finds a file of the terminal that samples are shown in.</summary>
    internal static string Terminal(string file) => Path.Combine(Root, "tests", "Realtime.Samples.Tests", "Terminal", file);

    private static string Configuration { get; } =
        typeof(Repository).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(static data => data.Key == "Configuration").Value!;

    private static string FindRoot()
    {
        DirectoryInfo? folder = new(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "Realtime.sln")))
        {
            folder = folder.Parent;
        }

        return folder?.FullName ?? throw new InvalidOperationException("The tests have to run inside of the repository.");
    }
}
