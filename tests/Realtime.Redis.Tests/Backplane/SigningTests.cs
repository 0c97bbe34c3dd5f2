using System.Buffers.Binary;
using System.Text;
using Microsoft.Extensions.DependencyInjection;
using Realtime.Contracts;
using Realtime.Core.Backplane;
using Realtime.Core.Hosting;
using Realtime.Core.Identifiers;
using Realtime.Core.Namespaces;
using Realtime.Core.Protocol;
using Realtime.Core.Rooms;
using Realtime.Redis.Backplane;
using Realtime.Redis.Tests.Emitter;
using Realtime.Redis.Tests.Servers;
using StackExchange.Redis;

namespace Realtime.Redis.Tests.Backplane;

/// <summary>What somebody writes to Redis who has no key is not delivered.</summary>
public sealed class SigningTests(RedisFixture redis) : IClassFixture<RedisFixture>
{
    private static readonly byte[] s_old = Encoding.UTF8.GetBytes("an old key of 16+ bytes");
    private static readonly byte[] s_new = Encoding.UTF8.GetBytes("a new key of 16+ bytes");

    private readonly string _prefix = redis.NextPrefix();
    private readonly List<RedisOptions> _configured = [];

    [Fact]
    public async Task What_is_published_without_a_key_or_with_another_one_is_not_delivered()
    {
        await using ChatNode a = await StartAsync([s_old]);
        await using Listener listener = await Listener.ConnectAsync(a);
        await using ServiceProvider own = Process([s_old]);
        await using ServiceProvider none = Process([]);
        await using ServiceProvider other = Process([s_new]);

        await Of(own).To("room").EmitAsync("said", 1);
        await Of(none).To("room").EmitAsync("said", 666);
        await Of(other).Everyone.EmitAsync("said", 667);
        await Of(none).To("room").Volatile.EmitAsync("said", 668);
        await Of(none).To("room").DisconnectAsync();
        await Of(own).To("room").EmitAsync("said", 2);
        await listener.HasHeardAsync([1, 2]);
    }

    [Fact]
    public async Task A_forged_message_takes_the_place_of_no_real_one()
    {
        await using ChatNode a = await StartAsync([s_old]);
        await using Listener listener = await Listener.ConnectAsync(a);
        await using ServiceProvider own = Process([s_old]);
        await Of(own).To("room").EmitAsync("said", 1);
        await listener.HasHeardAsync([1]);

        // As publish.lua writes it, under the number that the next one will have, with a signature that is none.
        IDatabase database = redis.Connection.GetDatabase();
        HashEntry channel = (await database.HashGetAllAsync($"{_prefix}:{{/}}:q")).Single(static entry => !entry.Name.ToString().EndsWith(":t", StringComparison.Ordinal));
        byte[] body = [.. PublicationCodec.Encode(Event("[\"said\",666]")), .. new byte[16]];
        byte[] forged = [.. Number((long)channel.Value + 1), .. Number(7), 0, 0, 0, 0, .. Number(0), 0, 0, 0, 0, 0, 0, 0, (byte)body.Length, .. body];
        Assert.Equal(1, await redis.Connection.GetSubscriber().PublishAsync(RedisChannel.Literal($"{_prefix}:{{/}}:n:{channel.Name}"), forged));

        await Of(own).To("room").Volatile.EmitAsync("said", 2); // in no log: if its number were taken, it would not be heard
        await listener.HasHeardAsync([1, 2]);
    }

    [Fact]
    public async Task An_entry_of_a_log_that_was_changed_is_a_gap()
    {
        ChatNode a = await StartAsync([s_old]);
        await using Listener listener = await Listener.ConnectAsync(a);
        await using ServiceProvider own = Process([s_old]);
        await Of(own).To("room").EmitAsync("said", 1);
        await listener.HasHeardAsync([1]);
        int gaps = 0;
        listener.Client.Of("/").Gap += _ => Interlocked.Increment(ref gaps);

        await a.DisposeAsync();
        for (int i = 2; i <= 5; i++)
        {
            await Of(own).To("room").EmitAsync("said", i);
        }

        IDatabase database = redis.Connection.GetDatabase();
        string log = $"{_prefix}:{{/}}:l:room:{await database.HashGetAsync($"{_prefix}:{{/}}:m:room", "id")}";
        StreamEntry[] entries = await database.StreamRangeAsync(log);
        await database.KeyDeleteAsync(log);
        foreach (StreamEntry entry in entries)
        {
            byte[] block = entry["b"]!;
            int at = block.AsSpan().IndexOf("\"said\",3"u8);
            if (at >= 0)
            {
                block[at + 7] = (byte)'9';
            }

            await database.StreamAddAsync(log, [new("b", block), new("t", entry["t"])], entry.Id);
        }

        await using ChatNode c = await StartAsync([s_old], a.Port);
        await listener.HasHeardAsync([1, 2, 4, 5]);
        Assert.True(gaps > 0);
    }

    [Fact]
    public async Task Keys_are_exchanged_while_servers_run_and_requests_are_signed_too()
    {
        await using ChatNode a = await StartAsync([s_old, s_new]);
        await using ChatNode b = await StartAsync([s_new, s_old]);
        await using ChatNode stranger = await StartAsync([Encoding.UTF8.GetBytes("somebody else's key")]);
        await using Listener here = await Listener.ConnectAsync(a);
        await using Listener there = await Listener.ConnectAsync(b);
        await using Listener elsewhere = await Listener.ConnectAsync(stranger);

        await a.Server.Of("/").To("room").EmitAsync("said", 1);
        await b.Server.Of("/").To("room").EmitAsync("said", 2);
        await here.HasHeardAsync([1, 2]);
        await there.HasHeardAsync([1, 2]);
        Assert.Empty(elsewhere.Heard);

        _configured.ForEach(static options => options.Backplane.RequestTimeout = TimeSpan.FromSeconds(2)); // it is read at each call
        await Assert.ThrowsAsync<ClusterTimeoutException>(async () => await a.Server.Of("/").To("room").FetchSocketsAsync());
        _configured.ForEach(static options => options.Backplane.RequestTimeout = Bounded.Limit);
        await stranger.StopAsync();
        Assert.Equal(2, (await a.Server.Of("/").To("room").FetchSocketsAsync()).Count);
    }

    private static RemoteNamespace Of(ServiceProvider process) => process.GetRequiredService<IRealtimeEmitter>().Of("/");

    private static Publication Event(string json) => new()
    {
        Kind = PublicationKind.Event,
        Namespace = NamespacePath.Root,
        Audience = Audience.Everyone,
        Payload = new EventPayload(Encoding.UTF8.GetBytes(json), []),
    };

    private static byte[] Number(long number)
    {
        byte[] bytes = new byte[sizeof(long)];
        BinaryPrimitives.WriteInt64BigEndian(bytes, number);
        return bytes;
    }

    private ServiceProvider Process(byte[][] keys) => new ServiceCollection().AddRealtimeEmitter().AddRedis(redis.Configuration, options => Configure(options, keys)).Services.BuildServiceProvider();

    private void Configure(RedisOptions options, byte[][] keys)
    {
        options.KeyPrefix = _prefix;
        _configured.Add(options);
        foreach (byte[] key in keys)
        {
            options.Backplane.SigningKeys.Add(key);
        }
    }

    private Task<ChatNode> StartAsync(byte[][] keys, int port = 0) => ChatNode.StartAsync(
        redis.Configuration,
        _prefix,
        static space => space.OnConnected(static async socket =>
        {
            await socket.JoinAsync("room");
            await socket.EmitAsync("joined");
        }),
        port,
        options => Configure(options, keys));
}
