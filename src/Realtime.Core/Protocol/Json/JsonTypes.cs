using System.Text.Json;
using System.Text.Json.Serialization;

namespace Realtime.Core.Protocol.Json;

/// <summary>The types that the library itself writes and reads: known without reflection, so trimming cannot lose them.</summary>
[JsonSerializable(typeof(JsonElement))]
[JsonSerializable(typeof(JsonElement?))]
[JsonSerializable(typeof(EventArgument))]
[JsonSerializable(typeof(string))]
[JsonSerializable(typeof(bool))]
[JsonSerializable(typeof(int))]
[JsonSerializable(typeof(long))]
[JsonSerializable(typeof(double))]
[JsonSerializable(typeof(decimal))]
[JsonSerializable(typeof(object))]
[JsonSerializable(typeof(byte[]))]
[JsonSerializable(typeof(Memory<byte>))]
[JsonSerializable(typeof(ReadOnlyMemory<byte>))]
[JsonSerializable(typeof(string[]))]
[JsonSerializable(typeof(Guid))]
[JsonSerializable(typeof(DateTime))]
[JsonSerializable(typeof(DateTimeOffset))]
internal sealed partial class JsonTypes : JsonSerializerContext;
