using System.Collections.Concurrent;
using Realtime.Client;
using Realtime.Contracts;
using Realtime.Redis.Tests.Servers;

namespace Realtime.Redis.Tests.Emitter;

/// <summary>A client of a server that notes the numbers it hears.</summary>
internal sealed class Listener : IAsyncDisposable
{
    private readonly TaskCompletionSource _joined = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly ConcurrentQueue<int> _heard = new();

    private Listener(ChatNode node, string user)
    {
        Client = new RealtimeClientBuilder(node.Address)
            .WithAuth(_ => new ValueTask<object?>(new Dictionary<string, string> { ["user"] = user }))
            .Configure(static options =>
            {
                options.Transports = ClientTransports.WebSocket;
                options.Reconnect.BaseDelay = TimeSpan.FromMilliseconds(20);
                options.Reconnect.MaxDelay = TimeSpan.FromMilliseconds(100);
            })
            .Build();
        Client.On("joined", _ =>
        {
            _joined.TrySetResult();
            return default;
        });
        Client.On("said", context =>
        {
            _heard.Enqueue(context.Get<int>());
            return default;
        });
    }

    internal RealtimeClient Client { get; }

    internal int[] Heard => [.. _heard];

    internal static async Task<Listener> ConnectAsync(ChatNode node, string user = "ann")
    {
        var listener = new Listener(node, user);
        await listener.Client.ConnectAsync().Within();
        await listener._joined.Task.Within();
        return listener;
    }

    /// <summary>Waits until it has heard as many numbers, which have to be these.</summary>
    internal async Task HasHeardAsync(IEnumerable<int> numbers)
    {
        int[] expected = [.. numbers];
        await Bounded.UntilAsync(() => _heard.Count >= expected.Length || !expected.AsSpan().StartsWith(Heard), $"{expected.Length} numbers were heard");
        Assert.Equal(expected, Heard);
    }

    public ValueTask DisposeAsync() => Client.DisposeAsync();
}
