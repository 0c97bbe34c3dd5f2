using System.Globalization;
using Realtime.Core.Identifiers;

namespace Realtime.Core.Sessions;

/// <summary>The id under which the handler of a numbered message answers, instead of the one that the client has sent.</summary>
/// <remarks>
/// Immutable. No client can send such an id: it has a digit more than is read. The client's own would not do: one that counts anew on each connection uses an id again
/// while the handler of its first use may still run.
/// </remarks>
internal static class MessageHandle
{
    private static readonly UInt128 s_zero = UInt128.Parse("1" + new string('0', AckId.MaxDigits), CultureInfo.InvariantCulture);

    /// <summary>Gets the id that stands for a message.</summary>
    /// <param name="number">The number of the message, from 1.</param>
    /// <returns>The id, for use within the server.</returns>
    internal static AckId Of(long number) => new(s_zero + (UInt128)number);

    /// <summary>Finds the message that an id stands for.</summary>
    /// <param name="id">An id that a handler answers under.</param>
    /// <param name="number">The number of the message.</param>
    /// <returns>Whether it stands for one; otherwise it is an id of the wire.</returns>
    internal static bool TryRead(AckId? id, out long number)
    {
        UInt128 value = id?.Value ?? 0;
        number = value > s_zero && value - s_zero <= long.MaxValue ? (long)(value - s_zero) : 0;
        return number > 0;
    }
}
