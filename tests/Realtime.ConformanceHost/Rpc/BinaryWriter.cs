using System.Text.Json;
using System.Text.Json.Serialization;

namespace Realtime.ConformanceHost.Rpc;

/// <summary>Writes bytes as <see cref="BinaryJson"/> has them.</summary>
internal sealed class BinaryWriter : JsonConverter<byte[]>
{
    public override byte[] Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => throw new NotSupportedException();

    public override void Write(Utf8JsonWriter writer, byte[] value, JsonSerializerOptions options) => BinaryJson.Write(writer, value);
}
