using Microsoft.AspNetCore.Http;

namespace Realtime.AspNetCore.Endpoints;

/// <summary>The parameters that a client of Engine.IO puts into its query.</summary>
internal readonly record struct ConnectRequest(string? Transport, string? Version, string? ConnectionId, bool Base64)
{
    internal static ConnectRequest Read(IQueryCollection query) =>
        new(Last(query, "transport"), Last(query, "EIO"), Last(query, "sid"), Last(query, "b64") is not (null or "" or "0"));

    private static string? Last(IQueryCollection query, string name) => query.TryGetValue(name, out var values) && values.Count > 0 ? values[^1] : null;
}
