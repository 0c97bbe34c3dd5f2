using System.Text.Json;

namespace Realtime.Core.Diagnostics;

/// <summary>Error codes as clients and meters see them: in snake case.</summary>
internal static class ErrorCodeText
{
    internal static string ToText(this ErrorCode code) => JsonNamingPolicy.SnakeCaseLower.ConvertName(code.ToString());
}
