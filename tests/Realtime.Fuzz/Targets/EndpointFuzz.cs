using System.Diagnostics;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Time.Testing;
using Realtime.Core.Connections;
using Realtime.Core.Hosting;

namespace Realtime.Fuzz.Targets;

/// <summary>
/// Input: requests to a whole server on long-polling, separated by 0xFF: G, P or another letter for the method, a query up to the line end in which SID stands for
/// the id of an open connection, then the body. Whatever comes, every request is answered as the protocol has it, and at the end nothing is left.
/// </summary>
internal static class EndpointFuzz
{
    private const byte Separator = 0xFF;
    private const int MaxRequests = 8;

    private static readonly TimeSpan s_closeTimeout = TimeSpan.FromSeconds(1);
    private static readonly FakeTimeProvider s_time = new();
    private static readonly int[] s_statuses = [200, 400, 403, 404, 413, 500];
    private static readonly Lazy<(IServiceProvider Services, RequestDelegate Endpoint, ConnectionEngine Engine)> s_server = new(Start);

    internal static void Run(ReadOnlyMemory<byte> input) => RunAsync(input).GetAwaiter().GetResult();

    private static async Task RunAsync(ReadOnlyMemory<byte> input)
    {
        (IServiceProvider services, RequestDelegate endpoint, ConnectionEngine engine) = s_server.Value;
        using var gone = new CancellationTokenSource();
        Request opening = await SendAsync(services, endpoint, "GET", "?EIO=4&transport=polling", default, gone.Token);
        string id = Encoding.UTF8.GetString(opening.Response.ToArray()).Split('"')[3];
        var running = new List<Request>();
        foreach (ReadOnlyMemory<byte> part in Split(input).Take(MaxRequests))
        {
            running.Add(Send(services, endpoint, part, id, gone.Token));
        }

        foreach (Connection connection in engine.Connections)
        {
            connection.Close(CloseReason.ForcedServerClose, discard: true);
        }

        await gone.CancelAsync();
        await Task.WhenAll(running.Select(static request => request.Done));
        s_time.Advance(s_closeTimeout * 2); // an orderly close waits so long for its client to fetch what is left
        Expect.That(engine.Count == 0, "no connection is left");
        foreach (Request request in running)
        {
            Expect.That(request.Aborted || s_statuses.Contains(request.Context.Response.StatusCode), $"{request.Context.Response.StatusCode} is an answer of the protocol");
        }
    }

    private static Request Send(IServiceProvider services, RequestDelegate endpoint, ReadOnlyMemory<byte> part, string id, CancellationToken gone)
    {
        int line = part.Span.IndexOf((byte)'\n');
        ReadOnlyMemory<byte> head = line < 0 ? part : part[..line];
        string method = head.IsEmpty ? "GET" : head.Span[0] switch { (byte)'G' => "GET", (byte)'P' => "POST", (byte)'O' => "OPTIONS", _ => "DELETE" };
        string query = head.Length < 2 ? "" : Encoding.Latin1.GetString(head.Span[1..]).Replace("SID", id, StringComparison.Ordinal);
        return Begin(services, endpoint, method, "?" + query, line < 0 ? default : part[(line + 1)..], gone);
    }

    private static async Task<Request> SendAsync(IServiceProvider services, RequestDelegate endpoint, string method, string query, ReadOnlyMemory<byte> body, CancellationToken gone)
    {
        Request request = Begin(services, endpoint, method, query, body, gone);
        await request.Done;
        return request;
    }

    private static Request Begin(IServiceProvider services, RequestDelegate endpoint, string method, string query, ReadOnlyMemory<byte> body, CancellationToken gone)
    {
        var response = new MemoryStream();
        var lifetime = new Lifetime(gone);
        var context = new DefaultHttpContext { RequestServices = services };
        context.Features.Set<IHttpRequestLifetimeFeature>(lifetime);
        context.Request.Method = method;
        context.Request.Path = "/socket.io/";
        context.Request.QueryString = new QueryString(query);
        context.Request.Body = new MemoryStream(body.ToArray());
        context.Response.Body = response;
        return new Request(context, response, lifetime, RunAsync(endpoint, context));
    }

    private static async Task RunAsync(RequestDelegate endpoint, HttpContext context)
    {
        try
        {
            await endpoint(context);
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            // What a web server expects of a request whose client has gone.
        }
    }

    private static IEnumerable<ReadOnlyMemory<byte>> Split(ReadOnlyMemory<byte> input)
    {
        while (input.Span.IndexOf(Separator) is >= 0 and var end)
        {
            yield return input[..end];
            input = input[(end + 1)..];
        }

        yield return input;
    }

    private static (IServiceProvider Services, RequestDelegate Endpoint, ConnectionEngine Engine) Start()
    {
        HostApplicationBuilder builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        builder.Services.AddSingleton(new DiagnosticListener("fuzz")).AddSingleton<TimeProvider>(s_time).AddLogging().AddRouting();
        builder.Services
            .AddRealtime(static options =>
            {
                options.Connections.MaxMessageBytes = 2_000;
                options.Connections.CloseTimeout = s_closeTimeout;
            })
            .ConfigureHttp(static http => http.RequireTls = false)
            .AddNamespace("/", static space =>
            {
                space.On("echo", static context => context.AckAsync([.. Enumerable.Range(0, context.Arguments.Count).Select(i => (object?)context.Arguments[i])]));
                space.On("all", static context => context.Namespace.Everyone.EmitAsync("all", context.Get<string>(0)));
                space.On("leave", static context => context.Socket.DisconnectAsync(closeConnection: context.Arguments.Count > 0));
            })
            .AddNamespace("/closed", static space => space.Use(static (context, _) =>
            {
                context.Refuse("closed");
                return default;
            }));
        IHost host = builder.Build();
        host.Start();
        var pipeline = new ApplicationBuilder(host.Services);
        pipeline.UseRouting();
        pipeline.UseEndpoints(static endpoints => endpoints.MapRealtime());
        return (host.Services, pipeline.Build(), host.Services.GetRequiredService<IRealtimeServer>().Engine);
    }

    private sealed record Request(HttpContext Context, MemoryStream Response, Lifetime Lifetime, Task Done)
    {
        internal bool Aborted => Lifetime.RequestAborted.IsCancellationRequested;
    }

    private sealed class Lifetime(CancellationToken gone) : IHttpRequestLifetimeFeature
    {
        private readonly CancellationTokenSource _aborted = CancellationTokenSource.CreateLinkedTokenSource(gone);

        public CancellationToken RequestAborted { get => _aborted.Token; set => throw new NotSupportedException(); }

        public void Abort() => _aborted.Cancel();
    }
}
