namespace Realtime.AspNetCore.Tests.WebSockets;

/// <summary>The server's end of a connection in memory: reads deliver the given parts and then the end, writes are kept.</summary>
internal sealed class ScriptedStream(IEnumerable<byte[]> parts) : Stream
{
    private readonly Queue<ReadOnlyMemory<byte>> _later = new(parts.Select(part => (ReadOnlyMemory<byte>)part));
    private readonly MemoryStream _written = new();
    private ReadOnlyMemory<byte> _current;

    public byte[] Written => _written.ToArray();

    public override bool CanRead => true;

    public override bool CanWrite => true;

    public override bool CanSeek => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override int Read(Span<byte> buffer)
    {
        if (_current.IsEmpty && !_later.TryDequeue(out _current))
        {
            return 0;
        }

        int length = Math.Min(_current.Length, buffer.Length);
        _current.Span[..length].CopyTo(buffer);
        _current = _current[length..];
        return length;
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) => new(Read(buffer.Span));

    public override void Write(ReadOnlySpan<byte> buffer) => _written.Write(buffer);

    public override void Write(byte[] buffer, int offset, int count) => _written.Write(buffer, offset, count);

    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        _written.Write(buffer.Span);
        return ValueTask.CompletedTask;
    }

    public override void Flush()
    {
    }

    public override Task FlushAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();
}
