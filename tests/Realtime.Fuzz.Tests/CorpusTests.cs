using System.Runtime.CompilerServices;

namespace Realtime.Fuzz.Tests;

public sealed class CorpusTests
{
    public static TheoryData<string> Targets => [.. FuzzTargets.All.Keys];

    [Theory]
    [MemberData(nameof(Targets))]
    public void Every_input_of_the_corpus_passes_and_every_past_finding_too(string target)
    {
        string[] inputs = Directory.GetFiles(Folder(target), "*", SearchOption.AllDirectories);

        Assert.NotEmpty(inputs);
        Assert.All(inputs, input => FuzzTargets.All[target](File.ReadAllBytes(input)));
    }

    [Theory]
    [MemberData(nameof(Targets))]
    public void Every_input_passes_cut_short_and_with_any_bit_turned(string target)
    {
        foreach (byte[] input in Directory.GetFiles(Folder(target), "*", SearchOption.AllDirectories).Select(File.ReadAllBytes).Where(input => input.Length < 500))
        {
            for (int i = 0; i < input.Length; i++)
            {
                FuzzTargets.All[target](input.AsMemory(0, i));
                for (int bit = 1; bit <= 0x80; bit <<= 1)
                {
                    byte[] turned = [.. input];
                    turned[i] ^= (byte)bit;
                    FuzzTargets.All[target](turned);
                }
            }
        }
    }

    [Fact]
    public void Every_folder_of_the_corpus_belongs_to_a_target() =>
        Assert.Equal(FuzzTargets.All.Keys, Directory.GetDirectories(Folder(".")).Select(Path.GetFileName).Order(StringComparer.Ordinal));

    private static string Folder(string target, [CallerFilePath] string here = "") => Path.Combine(Path.GetDirectoryName(here)!, "..", "Realtime.Fuzz", "Corpus", target);
}
