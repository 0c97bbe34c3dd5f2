using Realtime.Load.Dialects;

namespace Realtime.Load.Loads;

/// <summary>Arguments of a fixed length whose first twelve digits say which message they are, so that each one can be verified.</summary>
internal sealed class Payload
{
    public const int OwnerLength = 5;

    private readonly byte[] _bytes;

    public Payload(int length)
    {
        _bytes = new byte[length];
        for (var i = 0; i < length; i++)
        {
            _bytes[i] = (byte)('a' + (i % 26));
        }
    }

    public int Length => _bytes.Length;

    public void Write(Span<byte> destination, int owner, int number) => Make(owner, number).CopyTo(destination);

    public bool Matches(ReadOnlySpan<byte> argument, int owner, int number) => argument.SequenceEqual(Make(owner, number));

    private ReadOnlySpan<byte> Make(int owner, int number)
    {
        Digits.Write(_bytes.AsSpan(0, OwnerLength), owner);
        Digits.Write(_bytes.AsSpan(OwnerLength, Digits.IdLength), number);
        return _bytes;
    }
}
