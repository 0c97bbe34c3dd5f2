using System.Text;
using System.Text.Json;
using Realtime.Core.Protocol;

namespace Realtime.Client.Receiving;

/// <summary>What a namespace has to show to get what it missed: Socket.IO's connection state recovery.</summary>
/// <remarks>Confined to the read loop and, between sessions, to the reconnect loop.</remarks>
internal sealed class RecoveryPoint
{
    /// <summary>Gets the private id that the server gave; <see langword="null"/> when it offers no recovery.</summary>
    internal string? PrivateId { get; private set; }

    /// <summary>Gets the place of the last event.</summary>
    internal string? Offset { get; private set; }

    /// <summary>The server has accepted the namespace.</summary>
    /// <returns>Whether the session is the one from before, and what was missed has come.</returns>
    internal bool Accept(string? privateId)
    {
        bool recovered = privateId is not null && privateId == PrivateId;
        if (!recovered)
        {
            Offset = null;
        }

        PrivateId = privateId;
        return recovered;
    }

    /// <summary>An end after which the server has forgotten the session.</summary>
    internal void Forget() => PrivateId = Offset = null;

    /// <summary>
    /// Notes the place of an event: its last argument, if that is text and no answer is asked for. As in the official client this is so for whatever text stands there, because
    /// nothing on the wire tells an offset from an argument.
    /// </summary>
    internal void Note(in Packet packet)
    {
        if (PrivateId is null || packet.AckId is not null)
        {
            return;
        }

        ReadOnlySpan<byte> arguments = packet.Data.Span[packet.ArgumentsOffset..];
        int end = arguments.LastIndexOf((byte)']');
        ReadOnlySpan<byte> last = end < 0 ? default : arguments[..end].TrimEnd(" \t\r\n"u8);
        if (last.Length < 2 || last[^1] != (byte)'"')
        {
            return;
        }

        int start = last[..^1].LastIndexOf((byte)'"');
        ReadOnlySpan<byte> text = start < 0 ? default : last[(start + 1)..^1];
        Offset = start < 0 || text.Contains((byte)'\\') || (start > 0 && last[start - 1] == (byte)'\\') ? ReadSlowly(in packet) : Encoding.UTF8.GetString(text);
    }

    // Text with escapes is no offset of any server that is known, but it is what the official client would take.
    private static string? ReadSlowly(in Packet packet)
    {
        EventArguments arguments = EventArguments.From(in packet);
        using JsonDocument json = JsonDocument.Parse(arguments[^1].Json);
        return json.RootElement.ValueKind == JsonValueKind.String ? json.RootElement.GetString() : null;
    }
}
