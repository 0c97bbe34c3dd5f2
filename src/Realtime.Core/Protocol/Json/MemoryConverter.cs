namespace Realtime.Core.Protocol.Json;

internal sealed class MemoryConverter : BinaryConverter<Memory<byte>>
{
    protected override Memory<byte> From(byte[] bytes) => bytes;

    protected override ReadOnlyMemory<byte> ToMemory(Memory<byte> value) => value;
}
