namespace Realtime.Core.Protocol.Json;

internal sealed class ReadOnlyMemoryConverter : BinaryConverter<ReadOnlyMemory<byte>>
{
    protected override ReadOnlyMemory<byte> From(byte[] bytes) => bytes;

    protected override ReadOnlyMemory<byte> ToMemory(ReadOnlyMemory<byte> value) => value;
}
