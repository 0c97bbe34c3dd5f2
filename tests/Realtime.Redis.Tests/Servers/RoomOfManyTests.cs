using System.Globalization;
using Realtime.Contracts;
using Realtime.Redis.Tests.Attacks;

namespace Realtime.Redis.Tests.Servers;

/// <summary>A room of which each server sends what comes from Redis while it places what comes next.</summary>
public sealed class RoomOfManyTests(RedisFixture redis) : IClassFixture<RedisFixture>, IAsyncLifetime
{
    private const int Members = 300; // of the server that publishes: more than one chunk of a room
    private const int Messages = 60;

    private readonly List<SocketIoWire> _wires = [];
    private ChatNode _here = null!;
    private ChatNode _there = null!;

    public async Task InitializeAsync()
    {
        string prefix = redis.NextPrefix();
        _here = await StartAsync(prefix);
        _there = await StartAsync(prefix);
        for (int i = 0; i < Members; i++)
        {
            await ConnectAsync(_here);
        }

        await ConnectAsync(_there);
    }

    public async Task DisposeAsync()
    {
        _wires.ForEach(static wire => wire.Dispose());
        await _here.DisposeAsync();
        await _there.DisposeAsync();
    }

    [Fact]
    public async Task An_awaited_emit_comes_before_the_answer_of_its_handler_and_everybody_sees_one_order()
    {
        SocketIoWire publisher = _wires[0];
        for (int i = 0; i < Messages; i++)
        {
            await publisher.SendAsync($"42{i}[\"say\",{i}]");
        }

        await publisher.UntilAsync($"43{Messages - 1}[");
        string[] expected = [.. Enumerable.Range(0, Messages).Select(static i => $"42[\"said\",{i}]")];
        foreach (SocketIoWire wire in _wires)
        {
            await wire.UntilAsync(expected[^1]);
            Assert.Equal(expected, wire.Lines.Where(static line => line.StartsWith("42[", StringComparison.Ordinal)));
        }

        List<string> lines = [.. publisher.Lines];
        for (int i = 0; i < Messages; i++)
        {
            Assert.True(lines.IndexOf(expected[i]) < lines.FindIndex(line => line.StartsWith($"43{i}[", StringComparison.Ordinal)), $"the answer to {i} came before the event");
        }
    }

    [Fact]
    public async Task An_awaited_emit_to_one_room_comes_before_the_next_one_to_another()
    {
        for (int i = 0; i < Messages; i++)
        {
            await _wires[0].SendAsync($"42[\"{(i % 3 == 2 ? "tell" : "say")}\",{i}]");
        }

        string[] expected = [.. Enumerable.Range(0, Messages).Select(static i => string.Create(CultureInfo.InvariantCulture, $"42[\"{(i % 3 == 2 ? "told" : "said")}\",{i}]"))];
        foreach (SocketIoWire wire in _wires.SkipLast(1)) // the other server may get several at once, and orders those of one room only
        {
            await Bounded.UntilAsync(() => wire.Lines.Count(static line => line.StartsWith("42[", StringComparison.Ordinal)) == Messages, "everything came");
            Assert.Equal(expected, wire.Lines.Where(static line => line.StartsWith("42[", StringComparison.Ordinal)));
        }
    }

    private Task<ChatNode> StartAsync(string prefix) => ChatNode.StartAsync(redis.Configuration, prefix, static space =>
    {
        space.Use(static async (context, next) =>
        {
            await context.Socket.JoinAsync("room");
            await context.Socket.JoinAsync("other");
            await next(context);
        });
        space.On("say", static async context =>
        {
            await context.Namespace.To("room").EmitAsync("said", context.Get<int>(0));
            await context.AckAsync("done");
        });
        space.On("tell", static async context => await context.Namespace.To("other").EmitAsync("told", context.Get<int>(0)));
    });

    private async Task ConnectAsync(ChatNode node)
    {
        SocketIoWire wire = await SocketIoWire.OpenAsync(node.Address, static _ => { });
        _wires.Add(wire);
        await wire.SendAsync("40");
        await wire.UntilAsync("40{");
    }
}
