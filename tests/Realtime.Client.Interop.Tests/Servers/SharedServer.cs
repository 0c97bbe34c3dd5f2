namespace Realtime.Client.Interop.Tests.Servers;

/// <summary>A conformance host that the scenarios of a collection share: whatever they do, they do in sessions of their own.</summary>
public abstract class SharedServer(ServerProgram program) : IAsyncLifetime
{
    public ConformanceServer Server { get; } = new(program);

    public Task InitializeAsync() => Server.StartAsync();

    public Task DisposeAsync() => Server.DisposeAsync().AsTask();
}

public sealed class SharedOurs() : SharedServer(ServerProgram.Ours);

public sealed class SharedNode() : SharedServer(ServerProgram.Node);

/// <summary>The scenarios against our server; they run beside those against Node's.</summary>
[CollectionDefinition(nameof(OnOurs))]
public sealed class OnOurs : ICollectionFixture<SharedOurs>;

/// <summary>The scenarios against Node's socket.io.</summary>
[CollectionDefinition(nameof(OnNode))]
public sealed class OnNode : ICollectionFixture<SharedNode>;
