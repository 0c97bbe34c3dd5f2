using System.Reflection;

namespace Realtime.Redis.Scripts;

/// <summary>The Lua scripts of the package, which are files of their own.</summary>
internal static class RedisScript
{
    /// <summary>Reads a script. The client of Redis sends its text once per server, and its hash from then on.</summary>
    /// <param name="name">The name of the file.</param>
    internal static string Read(string name)
    {
        using Stream stream = Assembly.GetExecutingAssembly().GetManifestResourceStream(name) ?? throw new FileNotFoundException($"There is no script {name}.");
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}
