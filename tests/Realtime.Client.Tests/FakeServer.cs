using System.Threading.Channels;
using Realtime.Client.States;
using Realtime.Client.Transports;
using Realtime.Contracts;

namespace Realtime.Client.Tests;

/// <summary>A server in memory that a test plays: it takes connections and decides what to answer.</summary>
internal sealed class FakeServer : IClientTransportFactory
{
    private readonly Channel<FakeWire> _opened = Channel.CreateUnbounded<FakeWire>();
    private int _attempts;

    /// <summary>What an attempt fails with; none when it is null.</summary>
    internal ClientCloseReason? Refuses { get; set; }

    /// <summary>Whether it takes connections and says nothing.</summary>
    internal bool IsSilent { get; set; }

    internal int Attempts => Volatile.Read(ref _attempts);

    internal string Handshake { get; set; } = """0{"sid":"s","upgrades":[],"pingInterval":25000,"pingTimeout":5000,"maxPayload":1000000}""";

    public IClientTransport Create(string name, string? connectionId) => new FakeWire(this, name);

    /// <summary>The next connection, behind its open frame.</summary>
    internal Task<FakeWire> NextAsync() => _opened.Reader.ReadAsync().AsTask().Within();

    /// <summary>The next connection, with the main namespace accepted.</summary>
    internal async Task<FakeWire> AcceptAsync(string path = "", string id = "id")
    {
        FakeWire wire = await NextAsync();
        Assert.StartsWith($"40{path}", await wire.SentAsync());
        wire.Say($$"""40{{path}}{"sid":"{{id}}"}""");
        return wire;
    }

    internal void Open(FakeWire wire)
    {
        Interlocked.Increment(ref _attempts);
        if (Refuses is { } reason)
        {
            throw new TransportFailedException(reason, "The fake server refuses.");
        }

        if (!IsSilent)
        {
            wire.Say(Handshake);
        }

        _opened.Writer.TryWrite(wire);
    }
}
