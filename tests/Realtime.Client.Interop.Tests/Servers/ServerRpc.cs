using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Nodes;
using Realtime.Contracts;

namespace Realtime.Client.Interop.Tests.Servers;

/// <summary>The API of one profile of a conformance host, from outside.</summary>
/// <remarks>Thread-safe.</remarks>
public sealed class ServerRpc(HttpClient http, string url, string profile)
{
    /// <summary>Sends an event to one socket.</summary>
    public Task EmitAsync(string? id, string eventName, params object?[] arguments) => CallAsync("socketEmit", new { id, ev = eventName, args = arguments });

    /// <summary>Sends an event to one socket of a namespace.</summary>
    public Task EmitInAsync(string nsp, string? id, string eventName, params object?[] arguments) =>
        CallAsync("socketEmit", new { nsp, id, ev = eventName, args = arguments });

    /// <summary>Emits to a room, for example to the private one of a socket that is away.</summary>
    public Task EmitToAsync(string nsp, string? room, string eventName, params object?[] arguments) =>
        CallAsync("emit", new { nsp, to = new[] { room }, ev = eventName, args = arguments });

    /// <summary>Asks one socket and returns the arguments of its answer, an error in front of them as Node has it.</summary>
    public async Task<JsonArray> AskAsync(string? id, string eventName, TimeSpan timeout, params object?[] arguments) =>
        (await CallAsync("socketEmit", new { id, ev = eventName, args = arguments, ack = true, flags = new { timeout = timeout.TotalMilliseconds } }))!.AsArray();

    /// <summary>Disconnects one socket of a namespace.</summary>
    public Task DisconnectAsync(string nsp, string? id, bool close = false) => CallAsync("socketDisconnect", new { nsp, id, close });

    /// <summary>Closes the transport of a socket, which the client sees as a loss.</summary>
    public Task CloseTransportAsync(string? id) => CallAsync("engineClose", new { id });

    /// <summary>Closes the transport of a socket, and emits to everybody while that socket is away.</summary>
    public Task CloseTransportAndEmitAsync(string? id, string eventName, params object?[] arguments) => CallAsync("batch", new
    {
        calls = (object[])[new { m = "engineClose", id }, .. arguments.Select(argument => new { m = "emit", ev = eventName, args = new[] { argument } })],
    });

    /// <summary>Gets what the server knows of a socket, its handshake above all.</summary>
    public async Task<JsonNode> LookAtAsync(string? id, string nsp = "/") => (await CallAsync("socketInfo", new { nsp, id }))!;

    /// <summary>Gets the arguments of the events of one name that a socket has sent, in order.</summary>
    public async Task<JsonNode[]> ReceivedAsync(string? id, string eventName, string nsp = "/")
    {
        JsonArray log = (await CallAsync("log", new { nsp, id }))!.AsArray();
        return [.. log.Where(entry => (string?)entry!["t"] == "event" && (string?)entry["ev"] == eventName).Select(static entry => entry!["args"]!)];
    }

    /// <summary>Gets why a socket was disconnected, if it was.</summary>
    public async Task<string?> ReasonAsync(string? id, string nsp = "/")
    {
        JsonArray log = (await CallAsync("log", new { nsp, id }))!.AsArray();
        return (string?)log.FirstOrDefault(static entry => (string?)entry!["t"] == "disconnect")?["reason"];
    }

    /// <summary>Waits until the server has noticed that a socket is gone, and returns why.</summary>
    public async Task<string> DisconnectedAsync(string? id, string nsp = "/")
    {
        using var limit = new CancellationTokenSource(Bounded.Limit);
        while (true)
        {
            if (await ReasonAsync(id, nsp) is { } reason)
            {
                return reason;
            }

            Assert.False(limit.IsCancellationRequested, $"The server never noticed that {id} is gone.");
        }
    }

    private async Task<JsonNode?> CallAsync(string method, object parameters)
    {
        JsonObject call = JsonSerializer.SerializeToNode(parameters)!.AsObject();
        call["profile"] = profile;
        call["m"] = method;
        using HttpResponseMessage response = await http.PostAsJsonAsync($"{url}/__kit/rpc", call);
        JsonNode answer = (await response.Content.ReadFromJsonAsync<JsonNode>())!;
        return (bool)answer["ok"]! ? answer["r"] : throw new InvalidOperationException($"{method}: {answer["e"]}");
    }
}
