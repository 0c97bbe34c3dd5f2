using System.Collections.Concurrent;

namespace KestrelWebSocketsPeer;

/// <summary>Everybody who is connected, and the one loop that pings them.</summary>
internal sealed class Room(TimeSpan pingInterval)
{
    private static readonly byte[] Ping = "2"u8.ToArray();
    private static readonly TimeSpan PingTimeout = TimeSpan.FromSeconds(20);

    private readonly ConcurrentDictionary<Member, byte> _members = new();

    public TimeSpan PingInterval => pingInterval;

    public void Add(Member member) => _members.TryAdd(member, 0);

    public void Remove(Member member) => _members.TryRemove(member, out _);

    /// <summary>Encoded once by the caller, one send per member; only the sends that could not finish at once are awaited.</summary>
    public async ValueTask PublishAsync(ReadOnlyMemory<byte> packet)
    {
        List<Task>? pending = null;
        foreach (var (member, _) in _members)
        {
            var send = member.SendAsync(packet);
            if (!send.IsCompletedSuccessfully)
            {
                (pending ??= []).Add(send.AsTask());
            }
        }

        if (pending is not null)
        {
            await Task.WhenAll(pending);
        }
    }

    public async Task SendHeartbeatsAsync(CancellationToken stopping)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(Math.Min(1000, pingInterval.TotalMilliseconds / 4)));
        while (await timer.WaitForNextTickAsync(stopping))
        {
            var now = Environment.TickCount64;
            foreach (var (member, _) in _members)
            {
                if (member.PingSentAt is { } sentAt)
                {
                    if (now - sentAt > PingTimeout.TotalMilliseconds)
                    {
                        member.Abort();
                    }
                }
                else if (now >= member.NextPingAt)
                {
                    member.PingSentAt = now;
                    await member.SendAsync(Ping);
                }
            }
        }
    }
}
