using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Realtime.Client.Interop.Tests.Support;

/// <summary>Stands between a client and its server, as a network does: it passes everything on until it is told to cut or to fall silent.</summary>
/// <remarks>Thread-safe.</remarks>
internal sealed class TcpProxy : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly ConcurrentDictionary<Link, bool> _links = new();
    private readonly StringBuilder _sent = new();
    private readonly int _port;
    private readonly Task _accepting;
    private int _connections;

    internal TcpProxy(int port)
    {
        _port = port;
        _listener.Start();
        _accepting = AcceptAsync();
    }

    internal string Url => $"http://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}";

    /// <summary>Gets everything that clients have sent, byte by byte as Latin-1.</summary>
    internal string Sent
    {
        get
        {
            lock (_sent)
            {
                return _sent.ToString();
            }
        }
    }

    /// <summary>Gets how many connections there have been.</summary>
    internal int Connections => Volatile.Read(ref _connections);

    /// <summary>Resets every connection of this moment.</summary>
    internal void Cut()
    {
        foreach (Link link in _links.Keys)
        {
            link.Reset();
        }
    }

    /// <summary>Passes nothing on any more for the connections of this moment, which stay open: half-open for both sides.</summary>
    internal void FallSilent()
    {
        foreach (Link link in _links.Keys)
        {
            link.IsSilent = true;
        }
    }

    public async ValueTask DisposeAsync()
    {
        _listener.Stop();
        await _accepting;
        Cut();
    }

    private async Task AcceptAsync()
    {
        while (true)
        {
            Socket client;
            try
            {
                client = await _listener.AcceptSocketAsync();
            }
            catch (Exception stopped) when (stopped is SocketException or ObjectDisposedException)
            {
                return;
            }

            Interlocked.Increment(ref _connections);
            _ = new Link(this, client).RunAsync();
        }
    }

    private void Note(ReadOnlySpan<byte> bytes)
    {
        lock (_sent)
        {
            _sent.Append(Encoding.Latin1.GetString(bytes));
        }
    }

    private sealed class Link(TcpProxy proxy, Socket client) : IDisposable
    {
        private readonly Socket _server = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        private volatile bool _isSilent;

        internal bool IsSilent
        {
            get => _isSilent;
            set => _isSilent = value;
        }

        internal async Task RunAsync()
        {
            proxy._links[this] = true;
            try
            {
                client.NoDelay = true;
                await _server.ConnectAsync(IPAddress.Loopback, proxy._port);
                await Task.WhenAll(PumpAsync(client, _server, isSent: true), PumpAsync(_server, client, isSent: false));
            }
            catch (Exception gone) when (gone is SocketException or ObjectDisposedException)
            {
                Reset();
            }
            finally
            {
                proxy._links.TryRemove(this, out _);
                Dispose();
            }
        }

        public void Dispose()
        {
            client.Dispose();
            _server.Dispose();
        }

        internal void Reset()
        {
            client.Close(0);
            _server.Close(0);
        }

        private async Task PumpAsync(Socket from, Socket to, bool isSent)
        {
            byte[] buffer = new byte[64 * 1024];
            int count;
            while ((count = await from.ReceiveAsync(buffer)) > 0)
            {
                if (_isSilent)
                {
                    continue;
                }

                if (isSent)
                {
                    proxy.Note(buffer.AsSpan(0, count));
                }

                await to.SendAsync(buffer.AsMemory(0, count));
            }

            if (!_isSilent)
            {
                to.Shutdown(SocketShutdown.Send);
            }
        }
    }
}
