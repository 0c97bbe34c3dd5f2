using System.Collections.Concurrent;
using Microsoft.Extensions.DependencyInjection;
using Realtime.Contracts;
using Realtime.Core.Authentication;
using Realtime.Core.Backplane;
using Realtime.Core.Hosting;
using Realtime.RedisServers;
using StackExchange.Redis;

namespace Realtime.Redis.Tests.SocketIO;

/// <summary>What an emitter publishes to servers of Node: byte for byte as <c>@socket.io/redis-emitter</c> was seen to do.</summary>
public sealed class EmitterTests(RedisFixture redis) : IClassFixture<RedisFixture>
{
    [Fact]
    public async Task It_publishes_what_the_emitter_of_Node_publishes()
    {
        var seen = new ConcurrentQueue<string>();

        // A handler that is given with the subscription may be called for several messages at once; a queue keeps their order.
        ChannelMessageQueue messages = await redis.Connection.GetSubscriber().SubscribeAsync(RedisChannel.Pattern("socket.io*"));
        messages.OnMessage(message =>
        {
            byte[] bytes = message.Message!;
            seen.Enqueue($"{message.Channel} {(bytes[0] == '{' ? System.Text.Encoding.UTF8.GetString(bytes) : Convert.ToHexStringLower(bytes))}");
        });
        await using ServiceProvider process = new ServiceCollection().AddRealtimeEmitter().AddSocketIORedisAdapter(redis.Configuration).Services.BuildServiceProvider();
        IRealtimeEmitter emitter = process.GetRequiredService<IRealtimeEmitter>();

        await emitter.Of("/").EmitAsync("e1", 1);
        await emitter.Of("/").To("room1").Volatile.EmitAsync("e2", new byte[] { 0xff });
        await emitter.Of("/admin").Except("r").EmitAsync("e3");
        await emitter.Of("/").In("room1").JoinAsync("r9");
        await emitter.Of("/").Everyone.LeaveAsync("r9");
        await emitter.Of("/").ServerSideEmitAsync("ping-servers", "z");
        await emitter.Of("/").In("nobody").DisconnectAsync(closeConnection: true);
        await emitter.Of("/").To("a", "b").EmitAsync("e4");

        string[] expected =
        [
            "socket.io#/# 93a7656d697474657283a47479706502a46461746192a2653101a36e7370a12f83a5726f6f6d7390a5666c61677380a665786365707490",
            "socket.io#/#room1# 93a7656d697474657283a47479706502a46461746192a26532c401ffa36e7370a12f83a5726f6f6d7391a5726f6f6d31a5666c61677381a8766f6c6174696c65c3a665786365707490",
            "socket.io#/admin# 93a7656d697474657283a47479706502a46461746191a26533a36e7370a62f61646d696e83a5726f6f6d7390a5666c61677380a665786365707491a172",
            "socket.io-request#/# {\"type\":2,\"opts\":{\"rooms\":[\"room1\"],\"except\":[]},\"rooms\":[\"r9\"]}",
            "socket.io-request#/# {\"type\":3,\"opts\":{\"rooms\":[],\"except\":[]},\"rooms\":[\"r9\"]}",
            "socket.io-request#/# {\"uid\":\"emitter\",\"type\":6,\"data\":[\"ping-servers\",\"z\"]}",
            "socket.io-request#/# {\"type\":4,\"opts\":{\"rooms\":[\"nobody\"],\"except\":[]},\"close\":true}",
            "socket.io#/# 93a7656d697474657283a47479706502a46461746191a26534a36e7370a12f83a5726f6f6d7392a161a162a5666c61677380a665786365707490",
        ];
        await Bounded.UntilAsync(() => seen.Count >= expected.Length, "all were published");
        Assert.Equal(expected, seen);
    }

    [Fact]
    public async Task What_Node_cannot_do_or_would_die_of_is_refused()
    {
        await using ServiceProvider process = new ServiceCollection().AddRealtimeEmitter().AddSocketIORedisAdapter(redis.Configuration).Services.BuildServiceProvider();
        IRealtimeEmitter emitter = process.GetRequiredService<IRealtimeEmitter>();

        await Assert.ThrowsAsync<ArgumentException>(async () => await emitter.Of("/").ServerSideEmitAsync("error"));
        await Assert.ThrowsAsync<NotSupportedException>(async () => await emitter.DisconnectUserAsync("ann"));
        await emitter.RevokeAsync(Revocation.OfUser("ann"));
    }

    [Fact]
    public async Task Without_Redis_events_fail_at_once_and_volatile_ones_are_dropped()
    {
        await using RedisServer own = await RedisServer.StartAsync();
        await using ServiceProvider process = new ServiceCollection().AddRealtimeEmitter().AddSocketIORedisAdapter(own.Address + RedisFixture.PatientCalls).Services.BuildServiceProvider();
        IRealtimeEmitter emitter = process.GetRequiredService<IRealtimeEmitter>();
        await emitter.Of("/").EmitAsync("e1");

        await own.KillAsync();
        await Assert.ThrowsAsync<BackplaneUnavailableException>(async () => await emitter.Of("/").EmitAsync("e1"));
        await emitter.Of("/").Volatile.EmitAsync("e1");
    }
}
