using System.Reflection;

namespace Realtime.Redis.Scripts;

/// <summary>Reads the Lua scripts of the package.</summary>
internal static class LuaScripts
{
    /// <summary>Gets the text of scripts, one behind the other.</summary>
    internal static string Load(params ReadOnlySpan<string> names)
    {
        string text = "";
        foreach (string name in names)
        {
            using Stream stream = Assembly.GetExecutingAssembly().GetManifestResourceStream(name) ?? throw new InvalidOperationException($"There is no script '{name}'.");
            using var reader = new StreamReader(stream);
            text += reader.ReadToEnd();
        }

        return text;
    }
}
