using System.Text.RegularExpressions;

namespace Realtime.HouseRules.Tests;

public sealed partial class FileTests
{
    private const int MaxLines = 250;

    // Files that are over the limit today, with the length that they may have at most. A file leaves the list when it is split; none may be added.
    private static readonly Dictionary<string, int> s_tooLong = new()
    {
        ["src/Realtime.AspNetCore/WebSockets/WebSocketOutput.cs"] = 300,
        ["src/Realtime.Core/Connections/Connection.cs"] = 346,
        ["src/Realtime.Core/Connections/OutboundQueue.cs"] = 316,
        ["src/Realtime.Core/Namespaces/ClientSession.cs"] = 281,
    };

    // Vague names of today. Rename it, take it off the list; none may be added.
    private static readonly string[] s_vague = ["src/Realtime.Core/Framing/HandshakeInfo.cs"];

    [Fact]
    public void Files_are_short()
    {
        IEnumerable<string> wrong =
            from file in Repository.Sources
            let lines = LinesOf(file)
            where lines > s_tooLong.GetValueOrDefault(file, MaxLines)
            select $"{file} has {lines} lines: it probably holds two ideas";

        Assert.Equal([], wrong);
    }

    [Fact]
    public void The_list_of_long_files_only_shrinks() =>
        Assert.Equal([], s_tooLong.Keys.Where(file => !Repository.Exists(file) || LinesOf(file) <= MaxLines).Select(file => $"{file} is short enough: take it off the list"));

    [Fact]
    public void Names_say_what_a_thing_is() =>
        Assert.Equal([], Repository.Sources.Where(file => Vague().IsMatch(Path.GetFileNameWithoutExtension(file)) && !s_vague.Contains(file)));

    [Fact]
    public void A_file_is_named_after_its_type()
    {
        IEnumerable<string> wrong =
            from file in Repository.Sources
            let name = Path.GetFileNameWithoutExtension(file)
            let types = DeclaredType().Matches(Repository.Read(file)).Select(match => match.Groups["name"].Value).ToArray()
            where types.Length > 0 && !types.Any(type => name == type || name.StartsWith(type + "With", StringComparison.Ordinal))
            select $"{file} declares {string.Join(", ", types)}";

        Assert.Equal([], wrong);
    }

    [Theory]
    [InlineData(@"\b(TODO|FIXME|HACK|XXX)\b", "open an issue, or do it")]
    [InlineData(@"\bThread\s*\.\s*Sleep\b", "never block a thread to wait")]
    [InlineData(@"\bTask\s*\.\s*Delay\s*\(\s*(\d|TimeSpan\.From\w+\([^)]*\)\s*\))", "wait for what has to happen, on virtual time in tests")]
    [InlineData(@"^\s*#(region|if)\b", "one concept a file, one target framework")]
    public void Code_is_free_of(string pattern, string because)
    {
        var unwanted = new Regex(pattern, RegexOptions.Multiline);
        IEnumerable<string> wrong = Code().Where(file => unwanted.IsMatch(Repository.Read(file))).Select(file => $"{file} matches {pattern}: {because}");

        Assert.Equal([], wrong);
    }

    [Fact]
    public void Nothing_of_the_machine_that_it_was_written_on_is_in_the_repository()
    {
        IEnumerable<string> wrong =
            from file in Repository.Tracked
            where IsText(file) && !file.StartsWith("tests/Realtime.HouseRules.Tests/", StringComparison.Ordinal)
            from line in Repository.Read(file).Split('\n')
            let found = Machine().Match(line)
            where found.Success
            select $"{file}: {found.Value}";

        Assert.Equal([], wrong.Distinct());
    }

    private static int LinesOf(string file) => File.ReadLines(Path.Combine(Repository.Root, file)).Count();

    private static IEnumerable<string> Code() => Repository.Tracked.Where(file =>
        file.EndsWith(".cs", StringComparison.Ordinal)
        && (file.StartsWith("src/", StringComparison.Ordinal) || file.StartsWith("tests/Realtime.Core.Tests/", StringComparison.Ordinal) || file.StartsWith("samples/", StringComparison.Ordinal)));

    private static bool IsText(string file) =>
        Path.GetExtension(file) is ".cs" or ".csproj" or ".props" or ".targets" or ".sln" or ".md" or ".json" or ".yml" or ".yaml" or ".mjs" or ".js" or ".ts" or ".tsx" or ".sh" or ".config" or ".txt" or ".html" or ".css" or ".npmrc" or ".conf" or ".toml"
        || Path.GetFileName(file) is "Dockerfile" or ".npmrc" or ".editorconfig" or ".gitignore";

    [GeneratedRegex("(Manager|Managers|Helper|Helpers|Util|Utils|Utility|Utilities|Common|Base|Impl|Data|Info|Misc|Stuff)$")]
    private static partial Regex Vague();

    [GeneratedRegex(@"^\s*(?:(?:public|internal|private|protected|file|sealed|static|abstract|readonly|partial|ref|unsafe)\s+)*(?:class|struct|interface|enum|record(?:\s+(?:class|struct))?)\s+(?<name>\w+)", RegexOptions.Multiline)]
    private static partial Regex DeclaredType();

    [GeneratedRegex(@"(/home/\w+/|/Users/\w+/|/[r]oot/|[A-Z]:\\Users\\|""resolved"":\s*""https?://[^""]*|registry\s*=\s*https?://\S+|<add key=""[^""]*"" value=""https?://[^""]*)")]
    private static partial Regex Machine();
}
