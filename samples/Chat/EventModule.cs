using System.Reflection;
using System.Text.Json;

namespace Chat;

/// <summary>Serves the events and limits to the page as a JavaScript module, made from the constants of this server.</summary>
public static class EventModule
{
    private static readonly string s_source = string.Join(
        '\n',
        "// Made by the server from ChatEvents.cs and ChatRules.cs.",
        $"export const namespace = {JsonSerializer.Serialize(ChatEvents.Namespace)};",
        $"export const Events = Object.freeze({Values(typeof(ChatEvents), static field => field.IsInitOnly)});",
        $"export const Limits = Object.freeze({Values(typeof(ChatRules), static field => field.IsLiteral && field.FieldType != typeof(string))});",
        $"export const lobby = {JsonSerializer.Serialize(ChatRules.Lobby)};",
        "");

    public static IResult Serve() => Results.Text(s_source, "text/javascript");

    private static string Values(Type type, Func<FieldInfo, bool> which)
    {
        IEnumerable<FieldInfo> fields = type.GetFields(BindingFlags.Public | BindingFlags.Static).Where(which);
        return JsonSerializer.Serialize(fields.ToDictionary(
            static field => JsonNamingPolicy.CamelCase.ConvertName(field.Name),
            static field => field.IsLiteral ? field.GetRawConstantValue() : field.GetValue(null)!.ToString()));
    }
}
