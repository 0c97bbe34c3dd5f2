namespace ScaleOut;

/// <summary>Starts Redis and the nodes, and brings clients to them with YARP as yarp.json says.</summary>
public static class Front
{
    private static readonly string[] s_clusters = ["sticky", "any"];

    public static async Task RunAsync(string[] args)
    {
        var builder = WebApplication.CreateBuilder(args);
        builder.Configuration.AddJsonFile(Path.Combine(AppContext.BaseDirectory, "yarp.json"));
        await using RedisProcess redis = await RedisProcess.StartAsync();
        await using var nodes = new NodeProcesses(redis.Address);
        for (int i = 0; i < builder.Configuration.GetValue<int>("Nodes"); i++)
        {
            await nodes.StartAsync(((char)('a' + i)).ToString());
        }

        builder.Configuration.AddInMemoryCollection(nodes.All.SelectMany(AddressesOf)); // in place of those in yarp.json
        builder.Services.AddReverseProxy().LoadFromConfig(builder.Configuration.GetSection("ReverseProxy"));

        var app = builder.Build();
        app.UseDefaultFiles();
        app.UseStaticFiles();
        app.MapGet("/nodes", () => nodes.All.Select(static node => new { node.Name, node.ProcessId, node.IsRunning }));
        app.MapPost("/nodes/{name}/kill", (string name) => nodes.KillAsync(name)); // for the demonstration: nobody else should be able to
        app.MapPost("/nodes/{name}/start", (string name) => nodes.StartAsync(name));
        app.MapReverseProxy();
        await app.StartAsync();
        foreach (string address in app.Urls)
        {
            Console.WriteLine($"Ready: open {address} in two browser windows.");
        }

        await app.WaitForShutdownAsync();
    }

    private static IEnumerable<KeyValuePair<string, string?>> AddressesOf(NodeProcess node) => s_clusters.Select(cluster =>
        KeyValuePair.Create<string, string?>($"ReverseProxy:Clusters:{cluster}:Destinations:{node.Name}:Address", node.Address));
}
