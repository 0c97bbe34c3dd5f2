using System.Net;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.FileProviders;
using Microsoft.Extensions.Primitives;
using Realtime.AspNetCore.Tests.Support;

namespace Realtime.AspNetCore.Tests.Endpoints;

public sealed class ClientFilesTests : IAsyncLifetime
{
    private TestApp _app = null!;
    private HttpClient _http = null!;

    public async Task InitializeAsync()
    {
        _app = await TestApp.StartAsync(
            Wire.Plain,
            static services => services.AddRealtime().AddNamespace("/").ConfigureHttp(static options => options.ClientFiles = new TwoFiles()),
            static app => app.MapRealtime());
        _http = _app.CreateClient();
    }

    public async Task DisposeAsync()
    {
        _http.Dispose();
        await _app.DisposeAsync();
    }

    [Theory]
    [InlineData("socket.io.js", "application/javascript; charset=utf-8")]
    [InlineData("socket.io.min.js.map", "application/json; charset=utf-8")]
    public async Task A_file_of_the_client_is_served(string name, string type)
    {
        using HttpResponseMessage response = await _http.SendAsync("/socket.io/" + name);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal(type, response.Content.Headers.ContentType!.ToString());
        Assert.NotNull(response.Headers.ETag);
        Assert.Equal("content of " + name, await response.Content.ReadAsStringAsync());
    }

    [Fact]
    public async Task HEAD_tells_the_length_and_sends_nothing()
    {
        using HttpResponseMessage response = await _http.SendAsync("/socket.io/socket.io.js", "HEAD");
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal("content of socket.io.js".Length, response.Content.Headers.ContentLength);
        Assert.Empty(await response.Content.ReadAsByteArrayAsync());
    }

    [Theory]
    [InlineData("{tag}", 304)]
    [InlineData("W/{tag}", 304)]
    [InlineData("\"x\", W/{tag}", 304)]
    [InlineData("*", 304)]
    [InlineData("\"x\"", 200)]
    [InlineData("nonsense", 200)]
    public async Task What_the_browser_has_already_is_not_sent_again(string header, int status)
    {
        using HttpResponseMessage first = await _http.SendAsync("/socket.io/socket.io.js");
        string tag = first.Headers.ETag!.Tag;
        using HttpResponseMessage again = await _http.SendAsync("/socket.io/socket.io.js", headers: ("If-None-Match", header.Replace("{tag}", tag, StringComparison.Ordinal)));
        Assert.Equal(status, (int)again.StatusCode);
        Assert.Equal(tag, again.Headers.ETag!.Tag);
        Assert.Equal(status == 304 ? "" : "content of socket.io.js", await again.Content.ReadAsStringAsync());
    }

    [Theory]
    [InlineData("/socket.io/secret.txt")]
    [InlineData("/socket.io/socket.io.min.js")] // a good name without a file
    [InlineData("/socket.io/Socket.IO.js")]
    [InlineData("/socket.io/x/socket.io.js")]
    [InlineData("/socket.io/../secret.txt")]
    [InlineData("/socket.io/%2e%2e/secret.txt")]
    [InlineData("/socket.io/..%2fsecret.txt")]
    [InlineData("/socket.io/socket.io.js%00")]
    [InlineData("/socket.io/socket.io.js/")]
    public async Task Nothing_else_of_the_folder_is_served(string target)
    {
        await using RawWebSocket raw = await RawWebSocket.BeginAsync(_app.Port, tls: false, target);
        string response = await raw.ReadResponseAsync();
        Assert.InRange(Client.StatusOf(response), 400, 404);
    }

    [Fact]
    public async Task Other_names_go_to_the_endpoint()
    {
        using HttpResponseMessage response = await _http.SendAsync("/socket.io/unknown.js?EIO=4&transport=polling");
        Assert.StartsWith("0{", await response.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        using HttpResponseMessage post = await _http.SendAsync("/socket.io/socket.io.js", "POST", "x");
        Assert.Equal("""{"code":0,"message":"Transport unknown"}""", await post.Content.ReadAsStringAsync());
    }

    private sealed class TwoFiles : IFileProvider
    {
        public IDirectoryContents GetDirectoryContents(string subpath) => NotFoundDirectoryContents.Singleton;

        public IFileInfo GetFileInfo(string subpath) => subpath is "socket.io.js" or "socket.io.min.js.map" or "secret.txt" ? new InMemory(subpath) : new NotFoundFileInfo(subpath);

        public IChangeToken Watch(string filter) => NullChangeToken.Singleton;
    }

    private sealed class InMemory(string name) : IFileInfo
    {
        private readonly byte[] _content = Encoding.UTF8.GetBytes("content of " + name);

        public bool Exists => true;

        public bool IsDirectory => false;

        public DateTimeOffset LastModified => new(2026, 1, 2, 3, 4, 5, TimeSpan.Zero);

        public long Length => _content.Length;

        public string Name => name;

        public string? PhysicalPath => null;

        public Stream CreateReadStream() => new MemoryStream(_content);
    }
}
