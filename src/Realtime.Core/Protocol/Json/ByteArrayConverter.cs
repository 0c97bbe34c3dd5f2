namespace Realtime.Core.Protocol.Json;

internal sealed class ByteArrayConverter : BinaryConverter<byte[]>
{
    protected override byte[] From(byte[] bytes) => bytes;

    protected override ReadOnlyMemory<byte> ToMemory(byte[] value) => value;
}
