using Realtime.Core.Framing;

namespace Realtime.AspNetCore.Tests.WebSockets.Rfc6455;

/// <summary>A text, a binary message, a ping or a pong that the server receives. Close frames are not messages here: see <see cref="PeerSees"/>.</summary>
internal sealed record ReceivedMessage(WebSocketOpcode Kind, byte[] Payload)
{
    private const int Shown = 40;

    public bool Equals(ReceivedMessage? other) => other is not null && Kind == other.Kind && Payload.AsSpan().SequenceEqual(other.Payload);

    public override int GetHashCode() => HashCode.Combine(Kind, Payload.Length);

    public override string ToString() =>
        $"{Kind} of {Payload.Length} bytes {Convert.ToHexString(Payload, 0, Math.Min(Shown, Payload.Length))}{(Payload.Length > Shown ? "..." : "")}";
}
