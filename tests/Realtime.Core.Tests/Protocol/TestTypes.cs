using System.Text.Json.Serialization;
using Realtime.Core.Protocol;

namespace Realtime.Core.Tests.Protocol;

internal sealed record Picture(string Name, byte[]? Thumbnail, Memory<byte> Pixels, ReadOnlyMemory<byte> Raw);

internal sealed record Optional(int? Number = 5, string? Text = null, byte[]? Bytes = null);

internal sealed record Envelope(string To, EventArgument Content);

internal sealed record Album(string Title, List<Picture> Pictures);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(Album))]
internal sealed partial class MetadataContext : JsonSerializerContext;

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, GenerationMode = JsonSourceGenerationMode.Default)]
[JsonSerializable(typeof(Picture))]
internal sealed partial class FastPathContext : JsonSerializerContext;
