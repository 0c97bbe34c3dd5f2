using Realtime.Core.Namespaces;
using Realtime.Core.Protocol;

namespace Realtime.ConformanceHost.Servers;

/// <summary>The events that the suite of the official client sends to the main namespace.</summary>
internal static class ClientSuiteHandlers
{
    private static readonly DateTime s_date = new(2024, 5, 6, 7, 8, 9, 123, DateTimeKind.Utc);
    private static readonly byte[] s_bytes = "asdfasdf"u8.ToArray();
    private static readonly string[] s_texts = ["てすと", "Я Б Г Д Ж Й", "Ä ä Ü ü ß", "utf8 — string", "utf8 — string"];

    internal static void AddTo(NamespaceBuilder main)
    {
        main.OnConnected(static socket =>
        {
            socket.Items.Set(new Seen());
            return default;
        });
        AddText(main);
        AddBinary(main);
        AddBlobs(main);
    }

    private static void AddText(NamespaceBuilder main) => main
        .On("hi", static context => context.Socket.EmitAsync("hi"))
        .On("echo", static context => context.AckAsync(Argument(context, 0)))
        .On("ack", AskAsync)
        .On("getAckDate", static context => context.AckAsync(s_date))
        .On("getDate", static context => context.Socket.EmitAsync("takeDate", s_date))
        .On("getDateObj", static context => context.Socket.EmitAsync("takeDateObj", new { date = s_date }))
        .On("getUtf8", static async context =>
        {
            foreach (string text in s_texts)
            {
                await context.Socket.EmitAsync("takeUtf8", text);
            }
        })
        .On("false", static context => context.Socket.EmitAsync("false", false))
        .On("getHandshake", static context => context.AckAsync(NodeHandshake.Of(context.Socket)))
        .On("getId", static context => context.AckAsync(context.Socket.Id));

    private static void AddBinary(NamespaceBuilder main) => main
        .On("doge", static context => context.Socket.EmitAsync("doge", s_bytes))
        .On("getbin", static context => context.Socket.EmitAsync("takebin", s_bytes))
        .On("buffa", static context => EmitIf(IsBinary(context, 0), context, "buffack"))
        .On("jsonbuff", static context => EmitIf(IsGreeting(context), context, "jsonbuff-ack"))
        .On("abuff1", static context =>
        {
            context.Socket.Items.Require<Seen>().Buffer = IsBinary(context, 0);
            return default;
        })
        .On("abuff2", static context => EmitIf(context.Socket.Items.Require<Seen>().Buffer, context, "abuff2-ack"));

    /// <summary>What browsers send in place of buffers.</summary>
    private static void AddBlobs(NamespaceBuilder main) => main
        .On("blob", static context => EmitIf(IsBinary(context, 0), context, "back"))
        .On("jsonblob", static context => EmitIf(IsGreeting(context), context, "jsonblob-ack"))
        .On("blob1", static context => Count(context, IsBinary(context, 0)))
        .On("blob2", static context => Count(context, !IsBinary(context, 0)))
        .On("blob3", static context => EmitIf(IsBinary(context, 0) && context.Socket.Items.Require<Seen>().Blobs == 2, context, "blob3-ack"));

    private static async ValueTask AskAsync(EventContext context)
    {
        EventArguments answer = await context.Socket.EmitWithAckAsync("ack");
        if (Text(answer, 0) == "5" && answer.Count > 1 && Text(answer, 1).Contains("\"test\":true", StringComparison.Ordinal))
        {
            await context.Socket.EmitAsync("got it");
        }
    }

    private static ValueTask Count(EventContext context, bool asExpected)
    {
        context.Socket.Items.Require<Seen>().Blobs += asExpected ? 1 : 0;
        return default;
    }

    private static ValueTask EmitIf(bool condition, EventContext context, string eventName) => condition ? context.Socket.EmitAsync(eventName) : default;

    private static bool IsGreeting(EventContext context) =>
        context.Get<Greeting>(0) is { Hello: "lol", Goodbye: "gotcha" } greeting && greeting.Message.TryGetBinary(out _);

    private static bool IsBinary(EventContext context, int index) => Argument(context, index).TryGetBinary(out _);

    private static EventArgument Argument(EventContext context, int index) => index < context.Arguments.Count ? context.Arguments[index] : EventArguments.Missing;

    private static string Text(EventArguments arguments, int index) =>
        index < arguments.Count ? System.Text.Encoding.UTF8.GetString(arguments[index].Json.Span) : "";

    private sealed record Greeting(string? Hello, EventArgument Message, string? Goodbye);

    /// <summary>What a socket has sent so far, for the events that look back.</summary>
    private sealed class Seen
    {
        internal bool Buffer { get; set; }

        internal int Blobs { get; set; }
    }
}
