using Realtime.Load.Network;

namespace Realtime.Load.Dialects;

/// <summary>A masked frame made once; each request copies it and patches the id (seven digits) and the argument.</summary>
internal sealed class RequestTemplate
{
    /// <summary>Ids start here so that all have the same number of digits.</summary>
    public const int FirstId = 1_000_000;

    private readonly byte[] _frame;
    private readonly int _idOffset;
    private readonly int _argumentOffset;
    private readonly int _argumentLength;

    /// <param name="text">The packet with <c>#</c> where the id goes and <c>@</c> where the argument goes.</param>
    /// <param name="argumentLength">The length that every argument will have.</param>
    public RequestTemplate(string text, int argumentLength)
    {
        var hasId = text.Contains('#', StringComparison.Ordinal);
        var payload = text.Replace("#", new string('0', Digits.IdLength), StringComparison.Ordinal);
        var argumentStart = payload.IndexOf('@', StringComparison.Ordinal);
        payload = payload.Replace("@", new string('x', argumentLength), StringComparison.Ordinal);
        _frame = ClientFrame.Text(payload);
        var header = ClientFrame.HeaderLength(payload.Length);
        _idOffset = hasId ? header + text.IndexOf('#', StringComparison.Ordinal) : -1;
        _argumentOffset = header + argumentStart;
        _argumentLength = argumentLength;
    }

    public int Length => _frame.Length;

    /// <summary>Writes the frame and returns where its argument is, for the caller to fill.</summary>
    public Span<byte> Write(Span<byte> destination, int id)
    {
        _frame.CopyTo(destination);
        if (_idOffset >= 0)
        {
            Digits.Write(destination.Slice(_idOffset, Digits.IdLength), id);
        }

        return destination.Slice(_argumentOffset, _argumentLength);
    }
}
