using Microsoft.AspNetCore.HttpOverrides;
using Realtime.Core.Namespaces;
using StackExchange.Redis;

namespace ScaleOut;

/// <summary>One of several servers. What makes it one of several is <c>AddRedis</c>.</summary>
public static class ChatNode
{
    private const string Room = "room";

    public static async Task RunAsync(string[] args)
    {
        var builder = WebApplication.CreateBuilder(args);
        string name = builder.Configuration["node"]!;
        builder.Services.Configure<ForwardedHeadersOptions>(options => options.ForwardedHeaders = ForwardedHeaders.XForwardedFor | ForwardedHeaders.XForwardedProto); // from this machine, which is known
        ConnectionMultiplexer redis = await ConnectionMultiplexer.ConnectAsync(builder.Configuration["redis"]!);
        builder.Services.AddRealtime()
            .AddNamespace("/", space => Configure(space, name, new History(redis.GetDatabase())))
            .AddRedis(options => options.ConnectionFactory = () => Task.FromResult<IConnectionMultiplexer>(redis))
            .ConfigureHttp(http => http.Security.RequireTls = false); // a sample on this machine; leave it out where people really chat
        builder.Services.AddHealthChecks().AddRealtime();

        var app = builder.Build();
        app.UseForwardedHeaders();
        app.MapHealthChecks("/health");
        app.MapRealtime();
        await app.StartAsync();
        Console.WriteLine(app.Urls.Single()); // the front reads it

        // The front holds the other end of the input: when the front is gone, so is the node.
        await Console.In.ReadToEndAsync();
        await app.StopAsync();
    }

    private static void Configure(NamespaceBuilder space, string node, History history)
    {
        space.OnConnected(socket => socket.JoinAsync(Room));
        space.On(ScaleOutEvents.Which, context => context.AckAsync(node));
        space.On(ScaleOutEvents.Behind, async (_, number) => await history.ReadAsync(number));
        space.On(ScaleOutEvents.Say, async (context, message) =>
        {
            // Kept first: when this node dies behind it, clients read it when they come back.
            Said said = await history.AddAsync(message, node);
            await context.Namespace.To(Room).EmitAsync(ScaleOutEvents.Said, said);
            return node;
        });
    }
}
