using System.Diagnostics;

namespace Realtime.Client.Interop.Tests.Servers;

/// <summary>A conformance host that can be started: the same profiles, namespaces, handlers and RPC, on our server or on Node's socket.io.</summary>
/// <remarks>Immutable.</remarks>
public sealed record ServerProgram(string Name, string Command, string Argument)
{
    private static readonly string s_root = FindRepository();

    /// <summary>Gets our server.</summary>
    public static ServerProgram Ours { get; } = new("Realtime", "dotnet", Path.Combine(OutputOf("Realtime.ConformanceHost"), "Realtime.ConformanceHost.dll"));

    /// <summary>Gets Node's own socket.io.</summary>
    public static ServerProgram Node { get; } = new("Node", "node", Path.Combine(s_root, "tests", "interop", "reference", "host.mjs"));

    /// <inheritdoc />
    public override string ToString() => Name;

    internal ProcessStartInfo On(int port)
    {
        string packages = Path.Combine(s_root, "tests", "interop", "node_modules", "socket.io");
        if (this == Node && !Directory.Exists(packages))
        {
            throw new InvalidOperationException("socket.io is not installed. Run `npm ci` in tests/interop; ./test.sh does it by itself.");
        }

        var start = new ProcessStartInfo(Command) { ArgumentList = { Argument, "D" }, RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment["PORT"] = port.ToString(System.Globalization.CultureInfo.InvariantCulture);
        return start;
    }

    /// <summary>The neighbour of the folder that the tests themselves were built to: debug beside debug, release beside release.</summary>
    private static string OutputOf(string project)
    {
        var own = new DirectoryInfo(AppContext.BaseDirectory.TrimEnd(Path.DirectorySeparatorChar));
        return Path.Combine(own.Parent!.Parent!.FullName, project, own.Name);
    }

    private static string FindRepository()
    {
        DirectoryInfo? folder = new(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "Realtime.sln")))
        {
            folder = folder.Parent;
        }

        return folder?.FullName ?? throw new InvalidOperationException("The tests run outside of the repository.");
    }
}
