using System.Security.Cryptography;
using System.Text;
using Realtime.Core.Protocol;

namespace Realtime.Delivery;

/// <summary>What clients and server say to each other.</summary>
internal static class DeliveryEvents
{
    /// <summary>A client says something to a room, and wants to know where it stands.</summary>
    internal static readonly RealtimeEvent<Said, Place> Say = new("say");

    /// <summary>A client says something to a room and waits for nothing.</summary>
    internal static readonly RealtimeEvent<Said> Tell = new("tell");

    /// <summary>What members of a room hear.</summary>
    internal static readonly RealtimeEvent<Said> Heard = new("heard");
}

/// <summary>A message.</summary>
/// <param name="Id">Unique in a run.</param>
/// <param name="Rooms">Where it goes.</param>
/// <param name="Body">What its hash is made of.</param>
/// <param name="SparesSender">Whether its sender does not get it.</param>
/// <param name="Welcomes">The session that begins with it; none of most messages.</param>
internal sealed record Said(string Id, string[] Rooms, string Body, bool SparesSender = false, string? Welcomes = null)
{
    internal string Hash => Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(Body)).AsSpan(0, 6));

    internal static string RandomBody() => Convert.ToHexString(RandomNumberGenerator.GetBytes(Random.Shared.Next(4, 60)));
}

/// <summary>Where a message stands in its room. Without a stream the room keeps no log.</summary>
internal sealed record Place(string? Stream, long Offset)
{
    /// <summary>The backplane does not know whether it was stored.</summary>
    internal static readonly Place Unknown = new(null, -1);
}

/// <summary>Who a client is, told with every connect.</summary>
internal sealed record Hello(string Client, string[] Rooms);
