using System.Text;
using Realtime.Core.Protocol;

namespace Realtime.Client.Sending;

/// <summary>Puts the number of a message behind its arguments: <c>{"$rt:id":18,"low":12}</c>.</summary>
internal static class NumberedPayload
{
    /// <summary>Writes the arguments with the number.</summary>
    /// <param name="payload">An event: at least its name is in the array.</param>
    /// <param name="number">The number.</param>
    /// <param name="low">The lowest number that is not confirmed.</param>
    internal static EventPayload Write(EventPayload payload, long number, long low)
    {
        byte[] tail = Encoding.ASCII.GetBytes(FormattableString.Invariant($",{{\"$rt:id\":{number},\"low\":{low}}}]"));
        return payload with { Data = (byte[])[.. payload.Data.Span[..^1], .. tail] };
    }
}
