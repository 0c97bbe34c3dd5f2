using System.Text.Json;
using Realtime.Core.Backplane;

namespace Realtime.Simulation;

/// <summary>How promises are broken: each changes what passes between the parts, none the parts themselves.</summary>
/// <remarks>Confined to the thread of the run.</remarks>
internal sealed class Mutations(World world, int seed)
{
    private readonly Random _random = new(seed);

    /// <summary>Whether the promise is broken this time.</summary>
    internal bool Due() => _random.Next(20) == 0;

    /// <summary>An event that went unnumbered, or under the number of its message, is handled as if it had none.</summary>
    internal static string StripNumber(string text)
    {
        int at = text.LastIndexOf(",{\"$rt:id\"", StringComparison.Ordinal);
        return at < 0 ? text : text[..at] + "]";
    }

    internal Publication Misaddress(Publication publication)
    {
        if (publication.Audience.Rooms is not [{ } room] || !world.Plan.Rooms.Contains(room) || !Due())
        {
            return publication;
        }

        return publication with { Audience = publication.Audience with { Rooms = [world.Plan.Rooms.First(other => other != room)] } };
    }

    /// <summary>Acknowledges a message with the number of the one before.</summary>
    internal static PublishResult Reuse(PublishResult result) =>
        result with { Offsets = [.. result.Offsets.Select(static place => place with { Offset = Math.Max(1, place.Offset - 1) })] };

    /// <summary>Whoever reads a log finds that the first message is not for it.</summary>
    internal static LogPage Hollow(LogPage page, string room) =>
        page.Entries.Count == 0 ? page : page with { Entries = [page.Entries[0] with { Publication = ForNobody(page.Entries[0].Publication, room) }, .. page.Entries.Skip(1)] };

    /// <summary>The same for none of the members.</summary>
    internal static Publication ForNobody(Publication publication, params IReadOnlyList<string> rooms) =>
        publication with { Audience = publication.Audience with { Except = [.. rooms] } };

    /// <summary>Changes what the server sends to a client.</summary>
    /// <returns>What arrives; null for nothing.</returns>
    internal string? EditDown(string text, string client) => world.Mutation switch
    {
        MutationKind.LoseSkip when text.StartsWith("42[\"$rt:skip\"", StringComparison.Ordinal) => null,
        MutationKind.TrimWithoutGap when text.StartsWith("42[\"$rt:gap\"", StringComparison.Ordinal) => ToSkip(text),
        MutationKind.LoseLast when client == "c1" && text.StartsWith("42[\"said\",\"last-", StringComparison.Ordinal) => null,
        _ => text,
    };

    private static string? ToSkip(string text)
    {
        using JsonDocument gap = JsonDocument.Parse(text.AsMemory(2));
        return gap.RootElement[3].ValueKind == JsonValueKind.Null ? null : $"42[\"$rt:skip\",\"{gap.RootElement[1].GetString()}:{gap.RootElement[3].GetInt64()}\"]";
    }
}
