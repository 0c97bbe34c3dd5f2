using System.Net;
using System.Text;
using System.Text.Json;
using Realtime.AspNetCore.Tests.Support;
using Realtime.Contracts;
using Realtime.Contracts.Transports;
using Realtime.Core.Framing;

namespace Realtime.AspNetCore.Tests.Transports;

/// <summary>HTTP long-polling by hand.</summary>
internal sealed class PollingClient(HttpClient http, string id) : ITransportClient
{
    private readonly Queue<EncodedMessage> _received = new();

    internal string Id => id;

    private string Target => $"{EngineApp.Path}?EIO=4&transport=polling&sid={id}";

    internal static async Task<PollingClient> ConnectAsync(TestApp host)
    {
        HttpClient http = host.CreateClient();
        string body = await http.GetStringAsync($"{EngineApp.Path}?EIO=4&transport=polling", Bounded.Token());
        Assert.Equal('0', body[0]);
        string[] frames = body.Split('\x1e');
        using var open = JsonDocument.Parse(frames[0][1..]);
        var client = new PollingClient(http, open.RootElement.GetProperty("sid").GetString()!);
        client.Take(frames[1..]);
        return client;
    }

    public async Task SendAsync(EncodedMessage message, CancellationToken cancellationToken)
    {
        using HttpResponseMessage response = await PostAsync(message.IsBinary ? "b" + Convert.ToBase64String(message.Data.Span) : Encoding.UTF8.GetString(message.Data.Span));
        response.EnsureSuccessStatusCode();
        Assert.Equal("ok", await response.Content.ReadAsStringAsync(cancellationToken));
    }

    public async Task<EncodedMessage?> ReceiveAsync(CancellationToken cancellationToken)
    {
        while (_received.Count == 0)
        {
            using HttpResponseMessage response = await http.GetAsync(Target, cancellationToken);
            if (response.StatusCode != HttpStatusCode.OK)
            {
                return null;
            }

            Take((await response.Content.ReadAsStringAsync(cancellationToken)).Split('\x1e'));
        }

        EncodedMessage message = _received.Dequeue();
        return message is { IsBinary: false, Data.Span: [(byte)'1'] } ? null : message;
    }

    internal Task<HttpResponseMessage> PostAsync(string body) => http.PostAsync(Target, new StringContent(body, Encoding.UTF8, "text/plain"), Bounded.Token());

    internal Task<HttpResponseMessage> PollAsync(CancellationToken cancellationToken) => http.GetAsync(Target, cancellationToken);

    public void Pause()
    {
    }

    public void Resume()
    {
    }

    public async Task LeaveAsync(CancellationToken cancellationToken)
    {
        using HttpResponseMessage response = await PostAsync("1");
    }

    // Without a poll, a client that vanishes shows only in the heartbeat. This request is against the rules and ends the connection at once.
    public void Cut() => _ = http.PostAsync(Target, new ByteArrayContent([1]) { Headers = { ContentType = new("application/octet-stream") } });

    public ValueTask DisposeAsync()
    {
        http.Dispose();
        return default;
    }

    private void Take(string[] frames)
    {
        foreach (string frame in frames.Where(static frame => frame != "6"))
        {
            _received.Enqueue(frame.StartsWith('b') ? new EncodedMessage(IsBinary: true, Convert.FromBase64String(frame[1..])) : new EncodedMessage(IsBinary: false, Encoding.UTF8.GetBytes(frame)));
        }
    }
}
