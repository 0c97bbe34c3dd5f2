using Realtime.Client.Interop.Tests.Raw;
using Realtime.Client.Interop.Tests.Support;
using Realtime.Client.States;
using Realtime.Contracts;

namespace Realtime.Client.Interop.Tests.Quirks;

/// <summary>Clients and a server that says what the test tells it.</summary>
public abstract class QuirkTest : IAsyncLifetime
{
    private readonly ClientSet _clients = new();
    private readonly List<RawServer> _servers = [];

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync()
    {
        await _clients.CloseAsync();
        foreach (RawServer server in _servers)
        {
            await server.DisposeAsync();
        }
    }

    private protected async Task<RawServer> ServerAsync(RawSettings? settings = null)
    {
        RawServer server = await RawServer.StartAsync(settings);
        _servers.Add(server);
        return server;
    }

    private protected RealtimeClient Build(RawServer server, ClientTransports transports, Action<RealtimeClientBuilder>? configure = null) =>
        _clients.Build(server.Url, transports, configure);

    /// <summary>A client that is connected to the main namespace of a raw server.</summary>
    private protected async Task<Joined> JoinAsync(
        ClientTransports transports, RawSettings? settings = null, Action<RealtimeClientBuilder>? configure = null, string? pid = null)
    {
        RawServer server = await ServerAsync(settings);
        RealtimeClient client = Build(server, transports, configure);
        var states = StateLog.Of(client);
        Task connecting = client.ConnectAsync();
        RawSession session = await server.AcceptAsync();
        string auth = await session.AcceptAsync(pid: pid);
        await connecting.Within();
        await states.UntilAsync(ClientState.Connected);
        return new Joined(server, client, session, states, auth);
    }

    /// <summary>A connected client, the server's end of it, what it has told of itself since, and the payload of its CONNECT.</summary>
    private protected sealed record Joined(RawServer Server, RealtimeClient Client, RawSession Session, StateLog States, string Auth)
    {
        /// <summary>Cuts the connection and accepts the client when it comes back.</summary>
        internal async Task<Joined> ComeBackAsync(string? pid = null, params string[] before)
        {
            Session.End();
            return await AcceptAgainAsync(pid, before);
        }

        /// <summary>Accepts the client when it comes back by itself.</summary>
        internal async Task<Joined> AcceptAgainAsync(string? pid = null, params string[] before)
        {
            RawSession session = await Server.AcceptAsync();
            string packet = await session.ReceiveAsync();
            Assert.StartsWith("40", packet, StringComparison.Ordinal);
            string answer = pid is null ? """40{"sid":"socket-2"}""" : $$"""40{"sid":"socket-2","pid":"{{pid}}"}""";
            await session.SendAsync([.. before, answer]);
            await States.UntilAsync(ClientState.Connected);
            return this with { Session = session, Auth = packet[2..] };
        }

        /// <summary>Sends a question and gets its answer: what was sent before has been seen by then, and the connection lives.</summary>
        internal async Task AssertAliveAsync()
        {
            Client.On("alive?", static context => context.AnswerAsync("yes"));
            await Session.SendAsync("4277[\"alive?\"]");
            await Session.ExpectAsync("4377[\"yes\"]");
            Assert.Equal(ClientState.Connected, Client.State);
            Assert.Empty(States.TakeAll());
        }
    }
}
