using System.Globalization;

namespace Realtime.Core.Identifiers;

/// <summary>The number that joins an event to its acknowledgement.</summary>
/// <remarks>
/// Scoped by connection, namespace and direction. 128 bits wide because clients in languages with big numbers may send more digits than 64 bits hold,
/// and the answer has to carry the same number.
/// </remarks>
/// <param name="Value">The number as it stands on the wire.</param>
public readonly record struct AckId(UInt128 Value)
{
    /// <summary>The largest number of digits that is read: every number of this length fits.</summary>
    public const int MaxDigits = 38;

    /// <summary>Gets the digits as they stand on the wire.</summary>
    /// <returns>The number in invariant decimal digits.</returns>
    public override string ToString() => Value.ToString(CultureInfo.InvariantCulture);
}
