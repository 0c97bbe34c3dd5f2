using System.Text.Json;
using Realtime.Core.Sequencing;

namespace Realtime.Core.Namespaces.Recovery;

/// <summary>What a client asks for in its CONNECT that wants to recover what it misses: <c>docs/protocol/recovery.md</c>.</summary>
/// <remarks>Immutable.</remarks>
internal sealed record RecoveryRequest
{
    /// <summary>The version of the extension that this server speaks.</summary>
    internal const int Version = 1;

    /// <summary>The largest number of positions that are read. Who names more gets a new session.</summary>
    internal const int MaxPositions = 4096;

    /// <summary>Gets the number of the attempt: each of a session is higher than those before.</summary>
    internal long Attempt { get; private init; }

    /// <summary>Gets the private id of the session that the client had; <see langword="null"/> for a new one.</summary>
    internal string? SessionId { get; private init; }

    /// <summary>Gets what a client of Socket.IO's own recovery got last; <see langword="null"/> of one that speaks the extension.</summary>
    internal string? Shown { get; private init; }

    internal bool IsStock => Shown is not null;

    /// <summary>Gets what the client knows of streams.</summary>
    internal KnownStreams Streams { get; private init; } = KnownStreams.None;

    /// <summary>Finds the request in what a client sent to authenticate.</summary>
    /// <param name="auth">The JSON object; a packet reader has checked that it is one.</param>
    /// <returns>The request; <see langword="null"/> when there is none that this server understands: the client then gets an ordinary connection.</returns>
    internal static RecoveryRequest? Find(ReadOnlyMemory<byte> auth)
    {
        if (auth.Span.IndexOf("\"$realtime\""u8) < 0)
        {
            return null;
        }

        try
        {
            using JsonDocument document = JsonDocument.Parse(auth);
            return Read(document.RootElement);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary>Finds the request of a client that may be one of Socket.IO's own recovery: each that does not speak of the extension.</summary>
    internal static RecoveryRequest? FindAny(ReadOnlyMemory<byte> auth)
    {
        if (auth.IsEmpty)
        {
            return new RecoveryRequest { Shown = "" };
        }

        using JsonDocument document = JsonDocument.Parse(auth);
        JsonElement root = document.RootElement;
        return root.ValueKind == JsonValueKind.Object && root.TryGetProperty("$realtime", out _)
            ? Read(root)
            : new RecoveryRequest { SessionId = ReadText(root, "pid"), Shown = ReadText(root, "offset") ?? "" };
    }

    private static RecoveryRequest? Read(JsonElement auth)
    {
        if (auth.ValueKind != JsonValueKind.Object || !auth.TryGetProperty("$realtime", out JsonElement extension) || extension.ValueKind != JsonValueKind.Object
            || !TryGetNumber(extension, "v", out long version) || version != Version || !TryGetNumber(extension, "try", out long attempt) || attempt < 1)
        {
            return null;
        }

        string? id = ReadText(auth, "pid");
        return new RecoveryRequest { Attempt = attempt, SessionId = id, Streams = id is null ? KnownStreams.None : new KnownStreams(ReadPositions(extension, "positions"), ReadPositions(extension, "ended")) };
    }

    private static Dictionary<string, long> ReadPositions(JsonElement extension, string name)
    {
        var positions = new Dictionary<string, long>(StringComparer.Ordinal);
        if (extension.TryGetProperty(name, out JsonElement named) && named.ValueKind == JsonValueKind.Object)
        {
            foreach (JsonProperty position in named.EnumerateObject())
            {
                if (positions.Count < MaxPositions && position.Name.Length <= StreamPosition.MaxStreamLength
                    && position.Value.ValueKind == JsonValueKind.Number && position.Value.TryGetInt64(out long offset) && offset >= 0)
                {
                    positions[position.Name] = offset;
                }
            }
        }

        return positions;
    }

    private static string? ReadText(JsonElement owner, string name) =>
        owner.ValueKind == JsonValueKind.Object && owner.TryGetProperty(name, out JsonElement found) && found.ValueKind == JsonValueKind.String ? found.GetString() : null;

    private static bool TryGetNumber(JsonElement owner, string name, out long value)
    {
        value = 0;
        return owner.TryGetProperty(name, out JsonElement found) && found.ValueKind == JsonValueKind.Number && found.TryGetInt64(out value);
    }
}
