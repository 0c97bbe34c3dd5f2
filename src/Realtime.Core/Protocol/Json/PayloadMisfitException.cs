using System.Text.Json;

namespace Realtime.Core.Protocol.Json;

/// <summary>What a client sent does not fit the type that a handler reads it as. Its own type, because JSON that the handler itself reads may not fit either.</summary>
internal sealed class PayloadMisfitException(JsonException cause) : JsonException(cause.Message, cause.Path, cause.LineNumber, cause.BytePositionInLine, cause);
