namespace Realtime.Load.Dialects;

/// <summary>Numbers of a fixed width, in place.</summary>
internal static class Digits
{
    public const int IdLength = 7;

    public static void Write(Span<byte> destination, int value)
    {
        for (var i = destination.Length - 1; i >= 0; i--)
        {
            (value, var digit) = Math.DivRem(value, 10);
            destination[i] = (byte)('0' + digit);
        }
    }

    /// <summary>Reads the digits at the front and says how many they are.</summary>
    public static int Read(ReadOnlySpan<byte> bytes, out int value)
    {
        value = 0;
        var length = 0;
        while (length < bytes.Length && length <= IdLength && bytes[length] is >= (byte)'0' and <= (byte)'9')
        {
            value = (value * 10) + (bytes[length] - '0');
            length++;
        }

        return length;
    }
}
