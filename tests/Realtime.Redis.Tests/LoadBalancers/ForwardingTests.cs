using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Realtime.RedisServers;

namespace Realtime.Redis.Tests.LoadBalancers;

/// <summary>Requests that come to a node which does not have their connection.</summary>
public sealed class ForwardingTests(RedisFixture redis) : IClassFixture<RedisFixture>, IAsyncLifetime, IDisposable
{
    private const string Unknown = """{"code":1,"message":"Session ID unknown"}""";
    private readonly HttpClient _http = new() { DefaultRequestHeaders = { { "X-Forwarded-Proto", "https" } } };
    private readonly string _prefix = redis.NextPrefix();
    private BalancedNode _a = null!;
    private BalancedNode _b = null!;

    public async Task InitializeAsync()
    {
        _a = await StartAsync("a");
        _b = await StartAsync("b");
    }

    public async Task DisposeAsync()
    {
        await _a.DisposeAsync();
        await _b.DisposeAsync();
    }

    public void Dispose() => _http.Dispose();

    [Fact]
    public async Task A_post_and_a_poll_at_another_node_reach_the_owner()
    {
        string id = await OpenAsync(_a);
        using HttpResponseMessage posted = await _http.PostAsync(AddressOf(_b, id), new StringContent("40"));
        Assert.Equal("ok", await posted.Content.ReadAsStringAsync());
        Assert.StartsWith("40{\"sid\":", await _http.GetStringAsync(AddressOf(_b, id)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_was_handed_on_once_is_not_handed_on_again()
    {
        string id = await OpenAsync(_a);
        using var request = new HttpRequestMessage(HttpMethod.Post, AddressOf(_b, id)) { Content = new StringContent("40"), Headers = { { "X-Realtime-Forwarded", "1" } } };
        using HttpResponseMessage response = await _http.SendAsync(request);
        Assert.Equal((HttpStatusCode.BadRequest, Unknown), (response.StatusCode, await response.Content.ReadAsStringAsync()));
    }

    [Fact]
    public async Task The_client_of_a_node_that_ended_begins_anew()
    {
        string id = await OpenAsync(_a);
        await _a.DisposeAsync();
        await AssertUnknownAsync(id);
    }

    [Fact]
    public async Task A_node_that_died_is_not_waited_for()
    {
        await redis.Connection.GetDatabase().StringSetAsync($"{_prefix}:node:deadnode", $"http://127.0.0.1:{LoopbackPort.Find()}");
        await AssertUnknownAsync("deadnode1234567890abcdefghij");
    }

    [Theory]
    [InlineData("nobody")]
    [InlineData("nobody-nobody-nobody-nobody")]
    [InlineData("*?[]{}%0d%0a-nobody-nobody")]
    public Task An_id_of_nobody_is_unknown(string id) => AssertUnknownAsync(id);

    [Theory]
    [InlineData(null)]
    [InlineData("ftp://10.0.0.1")]
    public async Task Without_an_address_that_others_can_use_nothing_starts(string? address)
    {
        var services = new ServiceCollection();
        services.AddRealtime().AddRedis(redis.Configuration).AddRequestForwarding(options => options.Address = address is null ? null : new Uri(address));
        await AssertRefusedAsync(services, "Address");
    }

    [Fact]
    public async Task Without_something_in_which_the_nodes_find_each_other_nothing_starts()
    {
        var services = new ServiceCollection();
        services.AddRealtime().AddRequestForwarding(static options => options.Address = new Uri("http://10.0.0.1"));
        await AssertRefusedAsync(services, "AddRedis");
    }

    private static async Task AssertRefusedAsync(ServiceCollection services, string named)
    {
        services.AddLogging().AddMetrics();
        await using ServiceProvider provider = services.BuildServiceProvider();
        OptionsValidationException refused = Assert.Throws<OptionsValidationException>(() => provider.GetRequiredService<IStartupValidator>().Validate());
        Assert.Contains(named, refused.Message, StringComparison.Ordinal);
    }

    private static string AddressOf(BalancedNode node, string id) => $"http://127.0.0.1:{node.Port}/socket.io/?EIO=4&transport=polling&sid={id}";

    private async Task AssertUnknownAsync(string id)
    {
        using HttpResponseMessage response = await _http.GetAsync(AddressOf(_b, id));
        Assert.Equal((HttpStatusCode.BadRequest, Unknown), (response.StatusCode, await response.Content.ReadAsStringAsync()));
    }

    private async Task<string> OpenAsync(BalancedNode node)
    {
        string open = await _http.GetStringAsync($"http://127.0.0.1:{node.Port}/socket.io/?EIO=4&transport=polling");
        return System.Text.Json.JsonDocument.Parse(open[1..]).RootElement.GetProperty("sid").GetString()!;
    }

    private Task<BalancedNode> StartAsync(string name) => BalancedNode.StartAsync(name, redis.Configuration, _prefix, static _ => { }, forwards: true);
}
