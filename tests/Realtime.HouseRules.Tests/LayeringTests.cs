using System.Text.RegularExpressions;

namespace Realtime.HouseRules.Tests;

public sealed partial class LayeringTests
{
    // Ground floor first. An area may use only areas that stand before it: the order is the architecture.
    private static readonly string[] s_order =
        ["Identifiers", "Diagnostics", "Timing", "Framing", "Transports", "Protocol", "Sequencing", "Connections", "Acks", "Rooms", "Authentication", "Backplane", "Sessions", "Limits", "Users", "Presence", "Idempotency", "Namespaces", "Hosting"];

    [Fact]
    public void An_area_uses_only_areas_below_it()
    {
        Assert.NotEmpty(Repository.Core);
        IEnumerable<string> wrong =
            from source in Repository.Core
            from used in AreasNamedIn(Repository.Read(source.File)).Distinct()
            where Array.IndexOf(s_order, used) > Array.IndexOf(s_order, source.Area)
            select $"{source.File} uses {used}";

        Assert.Equal([], wrong);
    }

    [Fact]
    public void Every_area_is_on_the_list() =>
        Assert.Equal([], Repository.Core.Select(source => source.Area).Distinct().Except(s_order));

    [Fact]
    public void Every_area_on_the_list_exists() =>
        Assert.Equal([], s_order.Except(Repository.Core.Select(source => source.Area)));

    [Fact]
    public void The_architecture_page_lists_the_areas_in_the_same_order()
    {
        const string page = "docs/architecture.md";
        if (!Repository.Exists(page))
        {
            return;
        }

        // The table whose first column names the areas.
        Assert.Equal(s_order, AreaRow().Matches(Repository.Read(page)).Select(match => match.Groups["area"].Value));
    }

    [Theory]
    [InlineData("using Realtime.Core.Rooms;", "Rooms")]
    [InlineData("using Realtime.Core.Protocol.Json;", "Protocol")]
    [InlineData("using static Realtime.Core.Rooms.Room;", "Rooms")]
    [InlineData("using Index = Realtime.Core.Rooms.RoomIndex;", "Rooms")]
    [InlineData("global using Realtime.Core.Rooms;", "Rooms")]
    [InlineData("var room = new Realtime.Core.Rooms.Room();", "Rooms")]
    [InlineData("var path = Identifiers.NamespacePath.Parse(name);", "Identifiers")]
    [InlineData("/// <see cref=\"Realtime.Core.Rooms.Room\" />", null)]
    [InlineData("namespace Realtime.Core.Rooms;", null)]
    [InlineData("namespaces.Rooms.Add(room);", null)]
    public void The_rule_sees_every_way_to_name_an_area(string line, string? area) =>
        Assert.Equal(area is null ? [] : [area], AreasNamedIn(line).Distinct());

    // The half of Core that both sides of a wire need. What the client used beyond it would have to be a package of its own.
    private static readonly string[] s_wire = ["Identifiers", "Diagnostics", "Timing", "Framing", "Transports", "Protocol", "Sequencing", "Acks"];

    [Fact]
    public void The_client_uses_only_the_wire_half_of_Core()
    {
        IEnumerable<string> wrong =
            from file in Repository.Sources
            where file.StartsWith("src/Realtime.Client/", StringComparison.Ordinal)
            from line in Repository.Read(file).Split('\n')
            where !line.TrimStart().StartsWith("//", StringComparison.Ordinal)
            from Match area in CoreArea().Matches(line)
            where !s_wire.Contains(area.Groups["area"].Value)
            select $"{file} uses {area.Groups["area"].Value}";

        Assert.Equal([], wrong.Distinct());
    }

    // Comments may point upwards; code may not, neither with a using nor with a qualified name.
    private static IEnumerable<string> AreasNamedIn(string text) =>
        text.Split('\n')
            .Where(line => !line.TrimStart().StartsWith("//", StringComparison.Ordinal) && !line.StartsWith("namespace ", StringComparison.Ordinal))
            .SelectMany(line => QualifiedArea().Matches(line))
            .Select(match => match.Groups["area"].Value)
            .Where(s_order.Contains);

    [GeneratedRegex(@"(?:\bRealtime\.Core\.|(?<![\w.])(?=\w+\.[A-Z]\w*\.))(?<area>[A-Z]\w+)")]
    private static partial Regex QualifiedArea();

    [GeneratedRegex(@"(?:\bRealtime\.Core\.|(?<![\w.])Core\.)(?<area>[A-Z]\w+)")]
    private static partial Regex CoreArea();

    [GeneratedRegex(@"^\|\s*[`*]*(?<area>Identifiers|Diagnostics|Timing|Framing|Transports|Protocol|Sequencing|Connections|Acks|Rooms|Authentication|Backplane|Sessions|Limits|Users|Presence|Idempotency|Namespaces|Hosting)[`*]*\s*\|", RegexOptions.Multiline)]
    private static partial Regex AreaRow();
}
