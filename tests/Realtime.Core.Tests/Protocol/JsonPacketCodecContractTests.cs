using Realtime.Contracts.Protocol;
using Realtime.Core.Protocol;
using Realtime.Core.Protocol.Json;

namespace Realtime.Core.Tests.Protocol;

public sealed class JsonPacketCodecContractTests : PacketCodecContract
{
    protected override IPacketCodec Codec => JsonPacketCodec.Instance;
}
