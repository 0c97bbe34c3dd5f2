namespace Realtime.Client.Tests;

public sealed class OptionsTests
{
    public static TheoryData<string, Action<RealtimeClientOptions>> Nonsense() => new()
    {
        { "Path", options => options.Path = "socket.io" },
        { "ConnectTimeout", options => options.ConnectTimeout = TimeSpan.Zero },
        { "AckTimeout", options => options.AckTimeout = TimeSpan.Zero },
        { "Retries", options => options.Retries = -1 },
        { "MaxQueuedEvents", options => options.MaxQueuedEvents = 0 },
        { "MaxMessageBytes", options => options.MaxMessageBytes = 10 },
        { "MaxAttachments", options => options.MaxAttachments = -1 },
        { "Transports", options => options.Transports = (ClientTransports)99 },
        { "Reconnect.BaseDelay", options => options.Reconnect.BaseDelay = TimeSpan.FromSeconds(-1) },
        { "Reconnect.MaxDelay", options => options.Reconnect.MaxDelay = TimeSpan.FromSeconds(-1) },
        { "Reconnect.MaxAttempts", options => options.Reconnect.MaxAttempts = -1 },
        { "Buffer.MaxCount", options => options.Buffer.MaxCount = 0 },
        { "Buffer.MaxBytes", options => options.Buffer.MaxBytes = 1 },
        { "Recovery.HoleDelay", options => options.Recovery.HoleDelay = TimeSpan.FromSeconds(-1) },
        { "Recovery.HoleTimeout", options => options.Recovery.HoleTimeout = TimeSpan.Zero },
        { "Recovery.ReportInterval", options => options.Recovery.ReportInterval = 0 },
        { "Recovery.ReportDelay", options => options.Recovery.ReportDelay = TimeSpan.FromHours(2) },
        { "Recovery.MaxHeldEvents", options => options.Recovery.MaxHeldEvents = 0 },
        { "Recovery.MaxHeldBytes", options => options.Recovery.MaxHeldBytes = 1 },
    };

    [Theory]
    [MemberData(nameof(Nonsense))]
    public void What_cannot_work_is_refused_by_its_name(string name, Action<RealtimeClientOptions> configure)
    {
        ArgumentException refusal = Assert.Throws<ArgumentException>(() => new RealtimeClientBuilder("http://server.invalid").Configure(configure).Build());
        Assert.StartsWith($"RealtimeClientOptions.{name} ", refusal.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("ftp://server.invalid")]
    [InlineData("file:///tmp")]
    public void An_address_that_is_none_of_a_server_is_refused(string address) => Assert.Throws<ArgumentException>(() => new RealtimeClientBuilder(address));

    [Fact]
    public async Task A_builder_makes_one_client()
    {
        var builder = new RealtimeClientBuilder("wss://server.invalid/prefix?key=1");
        await using RealtimeClient client = builder.Build();
        Assert.Throws<InvalidOperationException>(builder.Build);
    }

    [Fact]
    public async Task The_auth_callback_may_be_written_in_any_usual_way()
    {
        await using RealtimeClient anonymous = new RealtimeClientBuilder("http://server.invalid").WithAuth(async _ => { await Task.Yield(); return new { token = "t" }; }).Build();
        await using RealtimeClient boxed = new RealtimeClientBuilder("http://server.invalid").WithAuth(_ => new ValueTask<object?>("t")).Build();
        await using RealtimeClient typed = new RealtimeClientBuilder("http://server.invalid").WithAuth(_ => Task.FromResult(new Dictionary<string, string>())).Build();
    }
}
