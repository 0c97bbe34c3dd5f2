using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace Realtime.Samples.Tests;

/// <summary>A cable that a test can cut: it forwards TCP between a browser and a server.</summary>
internal sealed class CuttableProxy : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly ConcurrentDictionary<Socket, byte> _sockets = new();
    private readonly Uri _target;
    private readonly Task _accepting;
    private volatile bool _isCut;
    private readonly Lock _gate = new();
    private TaskCompletionSource? _cutter;
    private long _bytesLeft;
    private volatile bool _dropsReplies;
    private volatile bool _dropsRequests;

    internal CuttableProxy(Uri target)
    {
        _target = target;
        _listener.Start();
        _accepting = AcceptAsync();
    }

    internal Uri Address => new($"http://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}");

    /// <summary>Ends all connections and refuses new ones.</summary>
    internal void Cut()
    {
        _isCut = true;
        foreach (Socket socket in _sockets.Keys)
        {
            socket.Dispose();
        }
    }

    /// <summary>Cuts the cable as soon as a number of bytes has gone through it.</summary>
    internal Task CutAfterAsync(long bytes)
    {
        lock (_gate)
        {
            _bytesLeft = bytes;
            _cutter = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            return _cutter.Task;
        }
    }

    internal void Repair()
    {
        _dropsReplies = false;
        _dropsRequests = false;
        _isCut = false;
    }

    /// <summary>From now on the server hears the browser, and the browser does not hear the server.</summary>
    internal void DropReplies() => _dropsReplies = true;

    /// <summary>From now on neither hears the other, and neither can tell.</summary>
    internal void DropEverything() => _dropsReplies = _dropsRequests = true;

    public async ValueTask DisposeAsync()
    {
        Cut();
        _listener.Stop();
        await _accepting;
    }

    private async Task AcceptAsync()
    {
        var running = new ConcurrentBag<Task>();
        try
        {
            while (true)
            {
                Socket browser = await _listener.AcceptSocketAsync();
                running.Add(ForwardAsync(browser));
            }
        }
        catch (SocketException)
        {
            // The listener was stopped.
        }
        catch (ObjectDisposedException)
        {
            // The same, a moment earlier.
        }

        await Task.WhenAll(running);
    }

    private async Task ForwardAsync(Socket browser)
    {
        using Socket first = browser;
        using var server = new Socket(SocketType.Stream, ProtocolType.Tcp);
        _sockets[browser] = 0;
        _sockets[server] = 0;
        try
        {
            if (_isCut)
            {
                return;
            }

            await server.ConnectAsync(_target.Host, _target.Port);
            await Task.WhenAny(PumpAsync(browser, server, isReply: false), PumpAsync(server, browser, isReply: true));
        }
        catch (SocketException)
        {
            // Cut while it was connecting.
        }
        catch (ObjectDisposedException)
        {
            // The same.
        }
        finally
        {
            _sockets.TryRemove(browser, out _);
            _sockets.TryRemove(server, out _);
        }
    }

    private void CutIfDue(int count)
    {
        TaskCompletionSource? cutter = null;
        lock (_gate)
        {
            if (_cutter is not null && (_bytesLeft -= count) < 0)
            {
                (cutter, _cutter) = (_cutter, null);
            }
        }

        if (cutter is not null)
        {
            Cut();
            cutter.SetResult();
        }
    }

    private async Task PumpAsync(Socket from, Socket to, bool isReply)
    {
        byte[] buffer = new byte[64 * 1024];
        try
        {
            int count;
            while ((count = await from.ReceiveAsync(buffer)) > 0)
            {
                CutIfDue(count);
                for (int sent = 0; sent < count && !(isReply ? _dropsReplies : _dropsRequests);)
                {
                    sent += await to.SendAsync(buffer.AsMemory(sent, count - sent));
                }
            }
        }
        catch (SocketException)
        {
            // Either side has gone; the other end is closed by the caller.
        }
        catch (ObjectDisposedException)
        {
            // The cable was cut.
        }
    }
}
