using System.Diagnostics;

namespace Realtime.HouseRules.Tests;

/// <summary>The files of the repository, as the rules read them.</summary>
internal static class Repository
{
    internal static string Root { get; } = FindRoot();

    /// <summary>Every file that is under version control, with slashes, relative to the root.</summary>
    internal static string[] Tracked { get; } = ListTracked();

    /// <summary>The source files of the packages.</summary>
    internal static IEnumerable<string> Sources => Tracked.Where(file => file.StartsWith("src/", StringComparison.Ordinal) && file.EndsWith(".cs", StringComparison.Ordinal));

    /// <summary>The source files of Core, with the area that each stands in.</summary>
    internal static IEnumerable<(string Area, string File)> Core =>
        Sources.Where(file => file.StartsWith("src/Realtime.Core/", StringComparison.Ordinal)).Select(file => (file.Split('/')[2], file));

    internal static string Read(string file) => File.ReadAllText(Path.Combine(Root, file));

    internal static bool Exists(string file) => File.Exists(Path.Combine(Root, file));

    private static string FindRoot()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder!.FullName, "Realtime.sln")))
        {
            folder = folder.Parent;
        }

        return folder.FullName;
    }

    private static string[] ListTracked()
    {
        var git = new ProcessStartInfo("git", ["ls-files", "-z", "--cached"]) { WorkingDirectory = Root, RedirectStandardOutput = true };
        using Process process = Process.Start(git)!;
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        Assert.Equal(0, process.ExitCode);
        return [.. output.Split('\0', StringSplitOptions.RemoveEmptyEntries).Where(Exists)];
    }
}
