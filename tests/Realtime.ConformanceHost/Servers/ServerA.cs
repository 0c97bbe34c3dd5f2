namespace Realtime.ConformanceHost.Servers;

/// <summary>Bare Engine.IO: what comes in goes out.</summary>
internal static class ServerA
{
    internal static WebApplication Build(WebApplicationBuilder builder)
    {
        builder.Services.AddCors(static cors => cors.AddDefaultPolicy(static policy => policy.AllowAnyOrigin().AllowAnyHeader().AllowAnyMethod()));
        WebApplication app = builder.Build();
        app.UseCors();
        app.MapRealtimeConnections("/engine.io/", new EchoHandler(), SuiteHeartbeat.Apply, NodeSettings.Apply).RequireCors();
        return app;
    }
}
