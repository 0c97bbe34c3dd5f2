using FluentValidation;
using Realtime.Core.Protocol;
using Realtime.FluentValidation;
using Realtime.Sanitizing;

var builder = WebApplication.CreateBuilder(args);
builder.Services
    .AddRealtime()
    .ConfigureHttp(http => http.RequireTls = false)
    .AddNamespace("/", space =>
    {
        space.OnConnected(socket => socket.JoinAsync("lobby"));
        space.On(Events.Say, async (context, text) =>
        {
            await context.Namespace.To("lobby").EmitAsync(Events.Said, text);
            return text.Length;
        }).Sanitize(SanitizationPolicy.PlainText).ValidateWith(new InlineValidator<string> { rules => rules.RuleFor(text => text).MaximumLength(100) });
    });

var app = builder.Build();
app.MapRealtime();
app.Lifetime.ApplicationStarted.Register(() => Console.WriteLine("ready"));
app.Run();

internal static class Events
{
    public static readonly RealtimeEvent<string, int> Say = new("say");
    public static readonly RealtimeEvent<string> Said = new("said");
}
