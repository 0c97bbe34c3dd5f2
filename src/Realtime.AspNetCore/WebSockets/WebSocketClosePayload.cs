using System.Buffers.Binary;
using System.Text.Unicode;

namespace Realtime.AspNetCore.WebSockets;

/// <summary>The payload of a close frame: empty, or a code of two bytes and a reason in UTF-8 (RFC 6455, section 5.5.1).</summary>
/// <remarks>Thread-safe.</remarks>
internal static class WebSocketClosePayload
{
    /// <summary>Stands for "the frame had no code"; never sent.</summary>
    public const ushort NoCode = 1005;

    /// <summary>Gives the code of a payload that <see cref="Check"/> has passed, or <see cref="NoCode"/>.</summary>
    /// <param name="payload">The unmasked payload.</param>
    public static ushort CodeOf(ReadOnlySpan<byte> payload) => payload.IsEmpty ? NoCode : BinaryPrimitives.ReadUInt16BigEndian(payload);

    /// <summary>Tells what is wrong with a payload, or null.</summary>
    /// <param name="payload">The unmasked payload.</param>
    public static WebSocketViolation? Check(ReadOnlySpan<byte> payload)
    {
        if (payload.IsEmpty)
        {
            return null;
        }

        if (payload.Length < sizeof(ushort))
        {
            return WebSocketViolation.HalfCloseCode;
        }

        if (!MayBeSent(CodeOf(payload)))
        {
            return WebSocketViolation.ForbiddenCloseCode;
        }

        return Utf8.IsValid(payload[sizeof(ushort)..]) ? null : WebSocketViolation.CloseReasonNotUtf8;
    }

    /// <summary>Tells whether a code may stand in a close frame.</summary>
    /// <param name="code">The code.</param>
    /// <remarks>
    /// Below 3000 these are the codes that the RFC (section 7.4.1) and the registry it founded (1012-1014) define for the wire: 1004 has no
    /// meaning yet, and 1005, 1006 and 1015 only describe connections that ended without a code. 3000-3999 are registered by libraries,
    /// 4000-4999 belong to applications, and above that nothing is defined.
    /// </remarks>
    public static bool MayBeSent(ushort code) => code switch
    {
        1004 or 1005 or 1006 => false,
        >= 1000 and <= 1014 => true,
        _ => code is >= 3000 and <= 4999,
    };
}
