using System.Diagnostics;
using System.Text;

namespace Realtime.Attacks.Attacks;

/// <summary>Calls a handler that throws, again and again.</summary>
internal sealed class HandlerThatThrows : Attack
{
    internal const string Unguarded = "--unguarded";
    private const int Calls = 1000;
    private bool _isProtected;

    internal override string Name => "handler that throws";

    internal override string Protection => "every handler runs in a guard of its own";

    internal override void Configure(ServerSetup setup, bool isProtected) => _isProtected = isProtected;

    internal override async Task<Outcome> RunAsync(Arena arena) => _isProtected ? await CallAsync(arena.Port) : await CallUnguardedAsync();

    /// <summary>A process of its own whose handler throws where no guard of ours stands: on a thread of the pool.</summary>
    internal static async Task<int> RunUnguardedAsync()
    {
        var setup = new ServerSetup
        {
            Space = static space => space.On("unguarded", static _ =>
            {
                ThreadPool.UnsafeQueueUserWorkItem(static _ => throw new InvalidOperationException("as it was told to"), null);
                return default;
            }),
        };
        await using AttackServer server = await AttackServer.StartAsync("unguarded", setup);
        Console.WriteLine(server.Port);
        await Console.In.ReadLineAsync();
        return 0;
    }

    private static async Task<Outcome> CallAsync(int port)
    {
        using WireClient attacker = await WireClient.JoinAsync(port);
        await attacker.WriteAsync((byte[])[.. Enumerable.Range(0, Calls).SelectMany(static i => WireClient.Frame(0x1, Encoding.ASCII.GetBytes($"42{i}[\"boom\"]")))]);
        for (int i = 0; i < Calls; i++)
        {
            if (await attacker.ReadUntilAsync($"43{i}[") != $$$"""43{{{i}}}[{"error":{"code":"handler_failed","message":"The handler failed."}}]""")
            {
                return new Outcome(true, $"call {i} was not answered as failed");
            }
        }

        return new Outcome(false, $"{Calls} calls were answered as failed");
    }

    private static async Task<Outcome> CallUnguardedAsync()
    {
        var start = new ProcessStartInfo("dotnet", [typeof(HandlerThatThrows).Assembly.Location, Unguarded]) { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment["DOTNET_DbgEnableMiniDump"] = "0";
        using Process process = Process.Start(start)!;
        _ = process.StandardError.ReadToEndAsync();
        int port = int.Parse(await process.StandardOutput.ReadLineAsync() ?? "", System.Globalization.CultureInfo.InvariantCulture);
        using WireClient attacker = await WireClient.JoinAsync(port);
        using WireClient other = await WireClient.JoinAsync(port);
        await attacker.SendAsync("42[\"unguarded\"]");
        bool otherIsGone = await other.ReadUntilAsync("43") is null;
        await process.WaitForExitAsync().Within();
        return new Outcome(process.ExitCode != 0 && otherIsGone, $"one call ended the process with code {process.ExitCode}, and everybody with it");
    }
}
