using System.Text.Json;
using System.Text.RegularExpressions;
using Realtime.ConformanceHost.Servers;
using Realtime.Core.Hosting;
using Realtime.Core.Namespaces;
using Realtime.Core.Protocol;

namespace Realtime.ConformanceHost.Profiles;

/// <summary>The namespaces that every profile has.</summary>
internal sealed partial class ProfileNamespaces(ProfileJournal journal, Profile profile)
{
    private readonly ProfileHandlers _handlers = new(journal);

    internal void AddTo(IRealtimeBuilder server)
    {
        server.AddNamespace("/", main =>
        {
            _handlers.AddTo(main.Use((context, next) =>
            {
                journal.CountMiddlewareRun();
                return next(context);
            }));
            profile.ConfigureMain(main);
        });
        Add("/a");
        Add("/b");
        Add("/reject", static ns => ns.Use(static (context, _) => Refuse(context, "Authentication error", new { a = "b", c = 3 })));
        Add("/reject-plain", static ns => ns.Use(static (context, _) => Refuse(context, "plain")));
        Add("/auth", static ns => ns.Use(static (context, next) => HasToken(context.Socket.Auth) ? next(context) : Refuse(context, "unauthorized")));
        Add("/slow", static ns => ns.Use(static async (context, next) =>
        {
            await Task.Delay(TimeSpan.FromMilliseconds(150));
            await next(context);
        }));
        Add("/mw-room", static ns => ns.Use(JoinRoom1).Use(RefuseWhenAskedTo));
        Add("/use", static ns => ns.UseEvents(static (context, next) =>
            context.EventName == "blocked" ? throw new InvalidOperationException("Authentication error") : next(context)));
        Add("/early", static ns => ns.Use(static async (context, next) =>
        {
            await context.Socket.EmitAsync("early", 1);
            await context.Socket.EmitAsync("early", 2);
            await next(context);
        }));
        Add("/handshake", before: static ns => ns.OnConnected(static socket => socket.EmitAsync("handshake", NodeHandshake.Of(socket))));
        Add("/welcome", before: static ns => ns.OnConnected(static async socket =>
        {
            await socket.EmitAsync("welcome", 1);
            await socket.EmitAsync("welcome", 2);
        }));
        server.AddNamespace(Dynamic(), ns => _handlers.AddTo(Announce(ns.Use(RefuseWhenAskedTo))));
        server.AddNamespace(
            static request => new ValueTask<bool>(request.Name.StartsWith("/fn-", StringComparison.Ordinal) && HasToken(request.Auth)),
            ns => _handlers.AddTo(Announce(ns)));

        void Add(string name, Action<NamespaceBuilder>? before = null) => server.AddNamespace(name, ns =>
        {
            Announce(ns);
            _handlers.Observe(ns);
            before?.Invoke(ns);
            _handlers.Handle(ns);
        });
    }

    [GeneratedRegex(@"^\/dynamic-\d+$", RegexOptions.ECMAScript)]
    private static partial Regex Dynamic();

    private static async ValueTask JoinRoom1(ConnectingContext context, Func<ConnectingContext, ValueTask> next)
    {
        await context.Socket.JoinAsync("room1");
        await next(context);
    }

    private static ValueTask RefuseWhenAskedTo(ConnectingContext context, Func<ConnectingContext, ValueTask> next) =>
        Member(context.Socket.Auth, "reject") is { ValueKind: JsonValueKind.True } ? Refuse(context, "no") : next(context);

    private static ValueTask Refuse(ConnectingContext context, string message, object? data = null)
    {
        context.Refuse(message, data);
        return default;
    }

    private static bool HasToken(EventArgument auth) => Member(auth, "token") is { ValueKind: JsonValueKind.String } token && token.ValueEquals("ok");

    private static JsonElement? Member(EventArgument auth, string name) => JsonElement.Parse(auth.Json.Span).TryGetProperty(name, out JsonElement value) ? value : null;

    private NamespaceBuilder Announce(NamespaceBuilder ns) => ns.OnCreated(created => journal.NewNamespaces.Enqueue(created.Name));
}
