using System.Text;

namespace Realtime.Core.Protocol;

/// <summary>The event names that belong to the protocol. Clients refuse them, so neither side may send them.</summary>
public static class ReservedEvents
{
    /// <summary>The prefix of events that belong to this library: neither side's application may send one.</summary>
    public const string Prefix = "$rt:";

    /// <summary>The event that tells a client that one of its events was refused, when that asked for no acknowledgement.</summary>
    public const string Error = "$rt:error";

    /// <summary>The event that tells a client of its ticket, and by which a client sends a new token.</summary>
    public const string Authentication = "$rt:auth";

    private static readonly string[] s_names = ["connect", "connect_error", "disconnect", "disconnecting", "newListener", "removeListener"];

    private static readonly byte[][] s_utf8 = [.. s_names.Select(Encoding.UTF8.GetBytes)];

    /// <summary>Tells whether a name is reserved.</summary>
    /// <param name="name">The name.</param>
    /// <returns>Whether it is reserved.</returns>
    public static bool Contains(string name) => Array.IndexOf(s_names, name) >= 0 || (name is not null && name.StartsWith(Prefix, StringComparison.Ordinal));

    /// <summary>Tells whether a name is reserved.</summary>
    /// <param name="utf8Name">The name in UTF-8.</param>
    /// <returns>Whether it is reserved.</returns>
    public static bool Contains(ReadOnlySpan<byte> utf8Name)
    {
        foreach (byte[] name in s_utf8)
        {
            if (utf8Name.SequenceEqual(name))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Refuses a reserved name.</summary>
    /// <param name="name">The name. An empty one is legal on the wire.</param>
    /// <exception cref="ArgumentException">The name is reserved.</exception>
    public static void ThrowIfReserved(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        if (Contains(name))
        {
            throw new ArgumentException($"\"{name}\" is a reserved event name");
        }
    }
}
