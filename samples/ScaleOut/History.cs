using System.Text.Json;
using StackExchange.Redis;

namespace ScaleOut;

/// <summary>What was said, as a list in Redis: a node keeps nothing that would be gone with it.</summary>
public sealed class History(IDatabase redis)
{
    private static readonly RedisKey s_key = "scale-out:said";

    public async Task<Said> AddAsync(Say message, string node)
    {
        var said = new Said(0, message.Id, message.Text, node);
        return said with { Number = await redis.ListRightPushAsync(s_key, JsonSerializer.Serialize(said)) };
    }

    public async Task<Said[]> ReadAsync(long behind)
    {
        RedisValue[] values = await redis.ListRangeAsync(s_key, behind);
        return [.. values.Select((value, index) => JsonSerializer.Deserialize<Said>(value.ToString())! with { Number = behind + index + 1 })];
    }
}
