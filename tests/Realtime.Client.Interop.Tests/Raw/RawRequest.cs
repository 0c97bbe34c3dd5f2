namespace Realtime.Client.Interop.Tests.Raw;

/// <summary>A request as the client sent it.</summary>
internal sealed record RawRequest(string Method, IReadOnlyDictionary<string, string> Query, IReadOnlyDictionary<string, string> Headers, string Body)
{
    internal string Transport => Query.GetValueOrDefault("transport", "");
}
