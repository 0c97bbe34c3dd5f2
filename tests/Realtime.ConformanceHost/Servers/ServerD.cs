using Realtime.ConformanceHost.Profiles;
using Realtime.ConformanceHost.Rpc;
using Realtime.Core.Hosting;

namespace Realtime.ConformanceHost.Servers;

/// <summary>Many servers with options of their own on one port, and an RPC that calls the server API from outside.</summary>
internal static class ServerD
{
    internal static WebApplication Build(WebApplicationBuilder builder)
    {
        var journals = ProfileCatalog.All.ToDictionary(static profile => profile.Name, static _ => new ProfileJournal());
        builder.Services.AddCors();
        foreach (Profile profile in ProfileCatalog.All)
        {
            Add(profile, builder.Services, journals[profile.Name]);
        }

        WebApplication app = builder.Build();
        app.UseCors();
        foreach (Profile profile in ProfileCatalog.All)
        {
            IEndpointConventionBuilder endpoint = app.MapRealtime(profile.Path, profile.Name);
            if (profile.Cors is not null)
            {
                endpoint.RequireCors(profile.Name);
            }
        }

        var running = journals.ToDictionary(
            static pair => pair.Key,
            pair => new RunningProfile(app.Services.GetRequiredKeyedService<IRealtimeServer>(pair.Key), pair.Value));
        app.MapPost("/__kit/rpc", new RpcEndpoint(running).AnswerAsync);
        return app;
    }

    private static void Add(Profile profile, IServiceCollection services, ProfileJournal journal)
    {
        IRealtimeBuilder server = services.AddRealtime(profile.Name, options =>
        {
            NodeSettings.Apply(options.Connections);
            profile.Configure(options);
        });
        server.ConfigureHttp(http =>
        {
            NodeSettings.Apply(http);
            profile.ConfigureHttp(http);
        });
        profile.ConfigureServer(server);
        new ProfileNamespaces(journal, profile).AddTo(server);
        if (profile.Cors is { } cors)
        {
            services.AddCors(options => options.AddPolicy(profile.Name, cors));
        }
    }
}
