using System.Buffers;
using System.Globalization;
using System.IO.Pipelines;
using System.Net;
using System.Net.Sockets;

namespace Realtime.Redis.Tests.Faults;

/// <summary>
/// Stands between a node and a real Redis, and loses, doubles and delays the messages of the node's numbered channels, whole ones, in the bytes that Redis sends. All else passes as it is,
/// so commands and their answers are those of Redis.
/// </summary>
/// <remarks>Thread-safe. A task for each connection and direction.</remarks>
internal sealed class FaultyChannel : IAsyncDisposable
{
    private static readonly TimeSpan s_patience = TimeSpan.FromMilliseconds(5); // for what is late and has nothing behind it

    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stopping = new();
    private readonly int _target;
    private readonly ChannelFaults _faults;
    private readonly Task _accepting;

    internal FaultyChannel(int target, ChannelFaults faults)
    {
        (_target, _faults) = (target, faults);
        _listener.Start();
        Port = ((IPEndPoint)_listener.LocalEndpoint).Port;
        _accepting = AcceptAsync();
    }

    /// <summary>Gets the port on the loopback address.</summary>
    internal int Port { get; }

    /// <summary>Gets what a client connects to.</summary>
    internal string Configuration => string.Create(CultureInfo.InvariantCulture, $"127.0.0.1:{Port}{RedisFixture.PatientCalls}");

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        _listener.Stop();
        await _accepting;
        _stopping.Dispose();
    }

    private async Task AcceptAsync()
    {
        var connections = new List<Task>();
        try
        {
            while (true)
            {
                connections.Add(ConnectAsync(await _listener.AcceptTcpClientAsync(_stopping.Token)));
            }
        }
        catch (Exception exception) when (exception is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            await Task.WhenAll(connections);
        }
    }

    private async Task ConnectAsync(TcpClient client)
    {
        using TcpClient node = client;
        using var redis = new TcpClient();
        try
        {
            await redis.ConnectAsync(IPAddress.Loopback, _target, _stopping.Token);
            (node.NoDelay, redis.NoDelay) = (true, true);
            Task asking = node.GetStream().CopyToAsync(redis.GetStream(), _stopping.Token);
            Task answering = AnswerAsync(PipeReader.Create(redis.GetStream()), node.GetStream());
            await await Task.WhenAny(asking, answering);
        }
        catch (Exception exception) when (exception is OperationCanceledException or SocketException or IOException)
        {
            // Both ends are closed.
        }
    }

    private async Task AnswerAsync(PipeReader redis, NetworkStream node)
    {
        Task<ReadResult> reading = redis.ReadAsync(_stopping.Token).AsTask();
        var late = new Queue<byte[]>();
        while (true)
        {
            if (late.Count > 0 && await Task.WhenAny(reading, Task.Delay(s_patience, _stopping.Token)) != reading)
            {
                await WriteAsync(node, late);
                continue;
            }

            ReadResult read = await reading;
            byte[] bytes = read.Buffer.ToArray();
            int taken = 0;
            while (taken < bytes.Length && RespFrame.Measure(bytes.AsSpan(taken)) is > 0 and int length)
            {
                await PassAsync(bytes.AsMemory(taken, length), node, late);
                taken += length;
            }

            redis.AdvanceTo(read.Buffer.GetPosition(taken), read.Buffer.End);
            if (read.IsCompleted)
            {
                return;
            }

            reading = redis.ReadAsync(_stopping.Token).AsTask();
        }
    }

    private async Task PassAsync(ReadOnlyMemory<byte> frame, NetworkStream node, Queue<byte[]> late)
    {
        if (!RespFrame.IsMessage(frame.Span, ":n:"u8))
        {
            await node.WriteAsync(frame, _stopping.Token);
            return;
        }

        Fate fate = _faults.Next();
        if (fate == Fate.Late)
        {
            late.Enqueue(frame.ToArray());
            return;
        }

        for (int times = fate switch { Fate.Lost => 0, Fate.Doubled => 2, _ => 1 }; times > 0; times--)
        {
            await node.WriteAsync(frame, _stopping.Token);
        }

        await WriteAsync(node, late);
    }

    private async Task WriteAsync(NetworkStream node, Queue<byte[]> late)
    {
        while (late.TryDequeue(out byte[]? frame))
        {
            await node.WriteAsync(frame, _stopping.Token);
        }
    }
}
