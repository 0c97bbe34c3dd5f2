namespace Realtime.Redis.Tests.LoadBalancers;

/// <summary>The files of docs/guides/load-balancing.md.</summary>
internal static class Guide
{
    internal static string Root { get; } = FindRoot();

    internal static string Path(string file) => System.IO.Path.Combine(Root, "docs", "guides", "load-balancing", file);

    /// <summary>Puts one thing of a test in the place of one in a file.</summary>
    internal static string Replace(string text, string shown, string here)
    {
        Assert.Single(text.Split(shown).Skip(1));
        return text.Replace(shown, here, StringComparison.Ordinal);
    }

    private static string FindRoot()
    {
        DirectoryInfo? folder = new(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(System.IO.Path.Combine(folder.FullName, "Realtime.sln")))
        {
            folder = folder.Parent;
        }

        return folder?.FullName ?? throw new InvalidOperationException("The tests have to run inside of the repository.");
    }
}
