using System.Collections.Concurrent;
using System.Net;
using System.Threading.Channels;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Realtime.Contracts;

namespace Realtime.Client.Interop.Tests.Raw;

/// <summary>An Engine.IO server that says what a test tells it, right or wrong: it knows sessions and transports and nothing above.</summary>
/// <remarks>Thread-safe.</remarks>
internal sealed class RawServer : IAsyncDisposable
{
    private readonly Channel<RawSession> _accepted = Channel.CreateUnbounded<RawSession>();
    private readonly ConcurrentDictionary<string, RawSession> _sessions = new();
    private readonly RawSettings _settings;
    private readonly WebApplication _app;
    private int _count;

    private RawServer(RawSettings settings)
    {
        _settings = settings;
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.Services.Configure<HostOptions>(static options => options.ShutdownTimeout = TimeSpan.Zero);
        builder.WebHost.ConfigureKestrel(options => options.Listen(IPAddress.Loopback, 0, endpoint =>
        {
            if (settings.Certificate is not null)
            {
                endpoint.UseHttps(settings.Certificate);
            }
        }));
        _app = builder.Build();
        _app.UseWebSockets();
        _app.Run(AnswerAsync);
    }

    internal string Url => _app.Urls.Single();

    /// <summary>Gets every request so far.</summary>
    internal ConcurrentQueue<RawRequest> Requests { get; } = new();

    internal static async Task<RawServer> StartAsync(RawSettings? settings = null)
    {
        var server = new RawServer(settings ?? new RawSettings());
        await server._app.StartAsync();
        return server;
    }

    /// <summary>Waits for the next session; its handshake has been answered.</summary>
    internal Task<RawSession> AcceptAsync() => _accepted.Reader.ReadAsync(Bounded.Token()).AsTask();

    public async ValueTask DisposeAsync()
    {
        foreach (RawSession session in _sessions.Values)
        {
            session.End();
        }

        await _app.DisposeAsync();
    }

    private async Task AnswerAsync(HttpContext context)
    {
        using var reader = new StreamReader(context.Request.Body);
        var request = new RawRequest(
            context.Request.Method,
            context.Request.Query.ToDictionary(static pair => pair.Key, static pair => pair.Value.ToString()),
            context.Request.Headers.ToDictionary(static pair => pair.Key, static pair => pair.Value.ToString(), StringComparer.OrdinalIgnoreCase),
            HttpMethods.IsPost(context.Request.Method) ? await reader.ReadToEndAsync() : "");
        Requests.Enqueue(request);
        if (_settings.First is { } first && await first(context, request))
        {
            return;
        }

        if (!request.Query.TryGetValue("sid", out string? sid))
        {
            await OpenAsync(context, request);
        }
        else if (!_sessions.TryGetValue(sid, out RawSession? session))
        {
            await RefuseAsync(context);
        }
        else if (context.WebSockets.IsWebSocketRequest)
        {
            var socket = new RawSocket(await context.WebSockets.AcceptWebSocketAsync());
            session.Upgrade(socket);
            await socket.ReadAsync();
        }
        else if (HttpMethods.IsPost(request.Method))
        {
            session.Post(request.Body);
            await context.Response.WriteAsync(_settings.PostAnswer);
        }
        else
        {
            await PollAsync(context, session);
        }
    }

    private async Task OpenAsync(HttpContext context, RawRequest request)
    {
        string sid = $"session-{Interlocked.Increment(ref _count)}";
        if (!context.WebSockets.IsWebSocketRequest)
        {
            var polling = new RawSession(sid, request, socket: null);
            _sessions[sid] = polling;
            await context.Response.WriteAsync(_settings.Open(sid));
            _accepted.Writer.TryWrite(polling);
            return;
        }

        var socket = new RawSocket(await context.WebSockets.AcceptWebSocketAsync());
        var session = new RawSession(sid, request, socket);
        _sessions[sid] = session;
        await socket.SendAsync(_settings.Open(sid));
        _accepted.Writer.TryWrite(session);
        await socket.ReadAsync();
    }

    private static async Task PollAsync(HttpContext context, RawSession session)
    {
        try
        {
            if (await session.PollAsync(context.RequestAborted) is { } body)
            {
                context.Response.ContentType = "text/plain; charset=UTF-8";
                await context.Response.WriteAsync(body);
            }
            else
            {
                await RefuseAsync(context);
            }
        }
        catch (OperationCanceledException)
        {
            session.GiveUp(); // the client went away without a word
        }
    }

    private static Task RefuseAsync(HttpContext context)
    {
        context.Response.StatusCode = StatusCodes.Status400BadRequest;
        return context.Response.WriteAsJsonAsync(new { code = 1, message = "Session ID unknown" });
    }
}
