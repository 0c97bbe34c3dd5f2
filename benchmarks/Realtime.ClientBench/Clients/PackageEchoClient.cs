using System.Globalization;
using SocketIOClient;
using SocketIOClient.Transport;

namespace Realtime.ClientBench.Clients;

/// <summary>The NuGet package SocketIOClient.</summary>
/// <remarks>
/// Its table of callbacks is a plain dictionary without a lock: an emit on one thread while an answer is handled on another breaks it. So answers go on where they
/// came, inside the callback, which keeps all emits of a connection on its read loop. It is also the cheapest way: nothing moves to another thread.
/// </remarks>
internal sealed class PackageEchoClient : IEchoClient
{
    private readonly SocketIO _socket;
    private readonly TaskCreationOptions _continuations;

    public PackageEchoClient(Uri server, ClientSettings settings, TaskCreationOptions continuations)
    {
        _continuations = continuations;
        var options = new SocketIOOptions();
        if (settings.WebSocketOnly)
        {
            options.Transport = TransportProtocol.WebSocket;
        }

        if (settings.BaseDelay is { } delay)
        {
            options.ReconnectionDelay = delay.TotalMilliseconds;
        }

        ReconnectPolicy = string.Create(
            CultureInfo.InvariantCulture,
            $"ReconnectionDelay {options.ReconnectionDelay} ms, ReconnectionDelayMax {options.ReconnectionDelayMax} ms, RandomizationFactor {options.RandomizationFactor}, {options.Transport}, AutoUpgrade {options.AutoUpgrade}");
        _socket = new SocketIO(server, options);
        _socket.OnConnected += (_, _) => Connected?.Invoke();
    }

    public event Action? Connected;

    public string ReconnectPolicy { get; }

    public Task ConnectAsync() => _socket.ConnectAsync();

    public async Task BeginAsync(Func<Task> work)
    {
        // Inside a callback, not behind an await: that goes on here when the answer is quicker than we are.
        var begun = new TaskCompletionSource<Task>(TaskCreationOptions.RunContinuationsAsynchronously);
        await _socket.EmitAsync(BenchEvents.Echo.Name, _ => begun.TrySetResult(work()), EchoPayload.Next());
        await await begun.Task;
    }

    public ValueTask<EchoPayload> EchoAsync(EchoPayload payload)
    {
        var answer = new TaskCompletionSource<EchoPayload>(_continuations);
        Task sending = _socket.EmitAsync(BenchEvents.Echo.Name, response => Take(response, answer), payload);
        if (!sending.IsCompletedSuccessfully)
        {
            _ = FailWithSendingAsync(sending, answer);
        }

        return new ValueTask<EchoPayload>(answer.Task);
    }

    public async ValueTask DisposeAsync()
    {
        await _socket.DisconnectAsync();
        _socket.Dispose();
    }

    private static void Take(SocketIOResponse response, TaskCompletionSource<EchoPayload> answer)
    {
        EchoPayload payload;
        try
        {
            payload = response.GetValue<EchoPayload>(0);
        }
#pragma warning disable CA1031 // Given to who waits; the package would swallow it.
        catch (Exception misfit)
#pragma warning restore CA1031
        {
            answer.TrySetException(misfit);
            return;
        }

        answer.TrySetResult(payload);
    }

    private static async Task FailWithSendingAsync(Task sending, TaskCompletionSource<EchoPayload> answer)
    {
        try
        {
            await sending;
        }
#pragma warning disable CA1031 // As above.
        catch (Exception failure)
#pragma warning restore CA1031
        {
            answer.TrySetException(failure);
        }
    }
}
