using System.Buffers;
using System.IO.Pipelines;

namespace Realtime.AspNetCore.Tests.WebSockets.Server;

/// <summary>What <see cref="HandledStream"/> is for a stream: tells when the server asks for more behind everything that a client said it would send.</summary>
internal sealed class HandledPipe(PipeReader inner, long expected, Action handled) : PipeReader
{
    private ReadOnlySequence<byte> _buffer;
    private long _read;

    public override ValueTask<ReadResult> ReadAsync(CancellationToken cancellationToken = default)
    {
        if (_read >= expected)
        {
            _read = long.MinValue;
            handled();
        }

        return ReadInnerAsync(cancellationToken);
    }

    public override void AdvanceTo(SequencePosition consumed)
    {
        _read += _buffer.Slice(0, consumed).Length;
        inner.AdvanceTo(consumed);
    }

    public override void AdvanceTo(SequencePosition consumed, SequencePosition examined) => throw new NotSupportedException();

    public override void CancelPendingRead() => inner.CancelPendingRead();

    public override void Complete(Exception? exception = null) => throw new NotSupportedException();

    public override bool TryRead(out ReadResult result) => throw new NotSupportedException();

    private async ValueTask<ReadResult> ReadInnerAsync(CancellationToken cancellationToken)
    {
        ReadResult result = await inner.ReadAsync(cancellationToken);
        _buffer = result.Buffer;
        return result;
    }
}
