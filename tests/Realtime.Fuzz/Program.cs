using SharpFuzz;

namespace Realtime.Fuzz;

/// <summary>What the fuzzer runs: <c>Realtime.Fuzz TARGET</c> reads inputs as AFL hands them over, <c>Realtime.Fuzz TARGET FILE…</c> replays files.</summary>
internal static class Program
{
    private static int Main(string[] arguments)
    {
        if (arguments.Length == 0 || !FuzzTargets.All.TryGetValue(arguments[0], out FuzzTarget? target))
        {
            Console.Error.WriteLine($"usage: Realtime.Fuzz {string.Join('|', FuzzTargets.All.Keys)} [file…]");
            return 2;
        }

        foreach (string file in arguments.Skip(1))
        {
            target(File.ReadAllBytes(file));
        }

        if (arguments.Length == 1)
        {
            Fuzzer.Run(stream => target(ReadAll(stream)));
        }

        return 0;
    }

    private static byte[] ReadAll(Stream stream)
    {
        using var bytes = new MemoryStream();
        stream.CopyTo(bytes);
        return bytes.ToArray();
    }
}
