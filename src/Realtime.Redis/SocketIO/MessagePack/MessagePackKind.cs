namespace Realtime.Redis.SocketIO.MessagePack;

/// <summary>What stands next in MessagePack.</summary>
internal enum MessagePackKind
{
    Nil,
    False,
    True,
    Signed,
    Unsigned,
    Float,
    Text,
    Binary,
    Array,
    Map,
    Extension,
}
