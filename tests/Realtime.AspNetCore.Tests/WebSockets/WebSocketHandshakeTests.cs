using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;
using Realtime.AspNetCore.WebSockets;

namespace Realtime.AspNetCore.Tests.WebSockets;

public sealed class WebSocketHandshakeTests
{
    // The key and the answer are the example of RFC 6455, section 1.3.
    private const string Key = "dGhlIHNhbXBsZSBub25jZQ==";
    private const string Accept = "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=";

    [Fact]
    public void The_example_of_the_RFC_is_accepted_with_its_answer()
    {
        Assert.Equal(WebSocketHandshakeOutcome.Accepted, WebSocketHandshake.Check("GET", "HTTP/1.1", Headers(), out string? accept));
        Assert.Equal(Accept, accept);
        Assert.Equal(Accept, WebSocketHandshake.AcceptFor(Key));
    }

    [Theory]
    [InlineData("Upgrade", "WebSocket")]
    [InlineData("Upgrade", "h2c, websocket")]
    [InlineData("Upgrade", "websocket\t,h2c")]
    [InlineData("Connection", "upgrade")]
    [InlineData("Connection", "keep-alive, Upgrade")]
    [InlineData("Connection", ",, UPGRADE ,")]
    public void Tokens_are_found_in_lists_without_regard_to_case(string name, string value) =>
        Assert.Equal(WebSocketHandshakeOutcome.Accepted, Check(name, value));

    [Fact]
    public void Tokens_are_found_in_repeated_headers() =>
        Assert.Equal(WebSocketHandshakeOutcome.Accepted, Check("Connection", new StringValues(["keep-alive", "Upgrade"])));

    [Theory]
    [InlineData("Upgrade", null)]
    [InlineData("Upgrade", "")]
    [InlineData("Upgrade", "h2c")]
    [InlineData("Upgrade", "websockets")]
    [InlineData("Upgrade", "web socket")]
    [InlineData("Connection", null)]
    [InlineData("Connection", "keep-alive")]
    [InlineData("Connection", "no-upgrade")]
    public void A_request_without_both_tokens_is_not_an_upgrade(string name, string? value) =>
        Assert.Equal(WebSocketHandshakeOutcome.NotAnUpgrade, Check(name, value));

    [Theory]
    [InlineData("POST", "HTTP/1.1")]
    [InlineData("CONNECT", "HTTP/1.1")]
    [InlineData("GET", "HTTP/1.0")]
    [InlineData("GET", "HTTP/2")]
    public void Only_GET_over_HTTP_1_1_is_an_upgrade(string method, string protocol)
    {
        Assert.Equal(WebSocketHandshakeOutcome.NotAnUpgrade, WebSocketHandshake.Check(method, protocol, Headers(), out string? accept));
        Assert.Null(accept);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("8")]
    [InlineData("14")]
    [InlineData("013")]
    [InlineData("13, 8")]
    public void Only_version_13_is_supported(string? version) =>
        Assert.Equal(WebSocketHandshakeOutcome.UnsupportedVersion, Check("Sec-WebSocket-Version", version));

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("dGhlIHNhbXBsZSBub25jZQ")]
    [InlineData("dGhlIHNhbXBsZSBub25j")]
    [InlineData("dGhlIHNhbXBsZSBub25jZSEh")]
    [InlineData("dGhlIHNhbXBsZSBub25jZQ== ")]
    [InlineData("dGhlIHNhbXBs ZSBub25jZQ==")]
    [InlineData("dGhlIHNhbXBs    nonjZQ==")]
    [InlineData("dGhlIHNhbXBsZSBub25jZ===")]
    [InlineData("dGhlIHNhbXBsZSBub25jZ\u00FC==")]
    [InlineData("dGhlIHNhbXBsZSBub25j-_==")]
    public void A_key_that_is_not_16_bytes_in_base64_is_refused(string? key) =>
        Assert.Equal(WebSocketHandshakeOutcome.BadKey, Check("Sec-WebSocket-Key", key));

    [Fact]
    public void A_repeated_key_is_refused() =>
        Assert.Equal(WebSocketHandshakeOutcome.BadKey, Check("Sec-WebSocket-Key", new StringValues([Key, Key])));

    private static WebSocketHandshakeOutcome Check(string name, StringValues value)
    {
        HeaderDictionary headers = Headers();
        headers[name] = value;
        WebSocketHandshakeOutcome outcome = WebSocketHandshake.Check("GET", "HTTP/1.1", headers, out string? accept);
        Assert.Equal(outcome == WebSocketHandshakeOutcome.Accepted, accept is not null);
        return outcome;
    }

    private static HeaderDictionary Headers() => new()
    {
        ["Host"] = "server.example.com",
        ["Upgrade"] = "websocket",
        ["Connection"] = "Upgrade",
        ["Sec-WebSocket-Key"] = Key,
        ["Sec-WebSocket-Version"] = "13",
    };
}
