using System.Security.Claims;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using Microsoft.IdentityModel.Tokens;
using Realtime.AspNetCore.Tests.Support;
using Realtime.Contracts;
using Realtime.Core.Authentication;
using Realtime.Core.Hosting;
using Realtime.Core.Namespaces;

namespace Realtime.AspNetCore.Tests.Authentication;

/// <summary>JSON Web Tokens in the <c>auth</c> object, over real sockets.</summary>
public sealed class JwtAuthenticationTests
{
    public static TheoryData<string, string> BadTokens => new()
    {
        { Tokens.Create("ann", static token => token.Audience = "other"), "token_wrong_audience" },
        { Tokens.Create("ann", static token => token.Audience = null), "token_wrong_audience" },
        { Tokens.Create("ann", static token => token.Issuer = "https://other.example"), "token_wrong_issuer" },
        { Tokens.Create("ann", static token => token.Expires = DateTime.UtcNow.AddSeconds(-2)), "token_expired" },
        { Tokens.Create("ann", static token => token.Expires = null), "token_invalid" },
        { Tokens.Create("ann", static token => token.NotBefore = DateTime.UtcNow.AddMinutes(5)), "token_not_yet_valid" },
        { Tokens.Create("ann", static token => token.SigningCredentials = new SigningCredentials(new SymmetricSecurityKey(new byte[32]), SecurityAlgorithms.HmacSha256)), "token_invalid" },
        { Tokens.Create("ann", static token => token.SigningCredentials = null), "token_invalid" },
        { Tokens.Create("ann")[..^3] + "AAA", "token_invalid" },
        { Tokens.Create("ann", null, new Claim("long", new string('x', 20_000))), "token_invalid" },
        { "rubbish", "token_invalid" },
        { "a.b.c", "token_invalid" },
        { "", "token_invalid" },
    };

    [Theory]
    [MemberData(nameof(BadTokens), DisableDiscoveryEnumeration = true)]
    public async Task A_bad_token_is_refused_with_a_code_and_nothing_more(string token, string code)
    {
        int ran = 0;
        await using TestApp app = await StartAsync(space => space.Use((_, _) => throw new InvalidOperationException($"{ran++}")));
        await using RawWebSocket socket = await OpenAsync(app);
        await socket.SendTextAsync("40" + Tokens.Auth(token));
        Assert.Equal($"44{{\"message\":\"Authentication failed\",\"data\":{{\"code\":\"{code}\"}}}}", await socket.ReadTextAsync());
        Assert.Equal(0, ran);
    }

    [Fact]
    public async Task A_good_token_says_who_the_client_is()
    {
        await using TestApp app = await StartAsync(space => space.On("who", context =>
            context.AckAsync(context.Socket.UserId, context.User.FindFirst("role")?.Value, context.User.Identity!.IsAuthenticated)));
        await using RawWebSocket socket = await JoinAsync(app, Tokens.Create("ann", null, new Claim("role", "admin")));
        await socket.SendTextAsync("421[\"who\"]");
        Assert.Equal("431[\"ann\",\"admin\",true]", await socket.ReadTextAsync());
    }

    [Theory]
    [InlineData("/any", null, "unauthorized")]
    [InlineData("/any", "user", null)]
    [InlineData("/admin", "user", "forbidden")]
    [InlineData("/admin", "admin", null)]
    [InlineData("/built", "user", "forbidden")]
    [InlineData("/built", "admin", null)]
    [InlineData("/open", null, null)]
    public async Task Namespaces_ask_the_policies_of_the_application(string path, string? role, string? code)
    {
        await using TestApp app = await TestApp.StartAsync(
            Wire.Plain,
            static services =>
            {
                services.AddAuthorization(static options => options.AddPolicy("admins", static policy => policy.RequireClaim("role", "admin")));
                services.AddRealtime().AddJwtAuthentication(Tokens.Parameters)
                    .AddNamespace("/any", static space => space.RequireAuthorization())
                    .AddNamespace("/admin", static space => space.RequireAuthorization("admins"))
                    .AddNamespace("/built", static space => space.RequireAuthorization(new AuthorizationPolicyBuilder().RequireClaim("role", "admin").Build()))
                    .AddNamespace("/open");
            },
            static app => app.MapRealtime());
        await using RawWebSocket socket = await OpenAsync(app);
        await socket.SendTextAsync($"40{path}," + (role is null ? "" : Tokens.Auth(Tokens.Create("ann", null, new Claim("role", role)))));
        string answer = await socket.ReadTextAsync();
        if (code is null)
        {
            Assert.StartsWith($"40{path},{{\"sid\"", answer, StringComparison.Ordinal);
        }
        else
        {
            Assert.EndsWith($"\"data\":{{\"code\":\"{code}\"}}}}", answer, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Requirements_see_what_is_asked_for_and_rooms_have_policies_too()
    {
        await using TestApp app = await TestApp.StartAsync(
            Wire.Plain,
            static services =>
            {
                services.AddAuthorization(static options => options.AddPolicy("own", static policy => policy.RequireAssertion(static context =>
                    context.Resource is AccessRequest { NamespaceName: "/", Room: { } room } && room == "inbox:" + context.User.FindFirst("sub")?.Value)));
                services.AddRealtime().AddJwtAuthentication(Tokens.Parameters).AddNamespace("/", static space => space
                    .AuthorizeRooms("inbox:*", "own")
                    .On("join", static context => context.Socket.JoinAsync(context.Get<string>(0)!)));
            },
            static app => app.MapRealtime());
        await using RawWebSocket socket = await JoinAsync(app, Tokens.Create("ann"));
        await socket.SendTextAsync("421[\"join\",\"inbox:bob\"]");
        Assert.StartsWith("431[{\"error\":{\"code\":\"forbidden\"", await socket.ReadTextAsync(), StringComparison.Ordinal);
        await socket.SendTextAsync("42[\"join\",\"inbox:ann\"]");
        IRealtimeServer server = app.App.Services.GetRequiredService<IRealtimeServer>();
        await Bounded.UntilAsync(() => server.Of("/").Sockets.Single().Rooms.Contains("inbox:ann"), "ann is in her room");
        Assert.DoesNotContain("inbox:bob", server.Of("/").Sockets.Single().Rooms);
    }

    [Fact]
    public async Task A_token_that_ends_is_renewed_on_the_same_connection_or_ends_the_socket()
    {
        var time = new FakeTimeProvider(DateTimeOffset.UtcNow);
        await using TestApp app = await StartAsync(static _ => { }, time);
        await using RawWebSocket socket = await JoinAsync(app, Tokens.Create("ann", token => token.Expires = time.GetUtcNow().UtcDateTime.AddSeconds(20)));
        Pass(time, 20.1);
        Assert.StartsWith("42[\"$rt:auth\",{\"state\":\"expiring\",\"graceMs\":", await socket.ReadTextAsync(), StringComparison.Ordinal);
        await socket.SendTextAsync("421[\"$rt:auth\"," + Tokens.Auth(Tokens.Create("bob")) + "]");
        Assert.Contains("\"wrong_subject\"", await socket.ReadTextAsync(), StringComparison.Ordinal);
        Pass(time, 1);
        await socket.SendTextAsync("422[\"$rt:auth\"," + Tokens.Auth(Tokens.Create("ann", token => token.Expires = time.GetUtcNow().UtcDateTime.AddSeconds(60))) + "]");
        Assert.StartsWith("432[{\"state\":\"active\",\"expiresInMs\":", await socket.ReadTextAsync(), StringComparison.Ordinal);

        await ReadUntilAsync(socket, time, "41");
        await Bounded.UntilAsync(() => !app.App.Services.GetRequiredService<IRealtimeServer>().Of("/").Sockets.Any(), "the socket is gone");
    }

    [Fact]
    public async Task A_token_that_the_allowance_for_clocks_lets_in_has_not_ended()
    {
        TokenValidationParameters parameters = Tokens.Parameters;
        parameters.ClockSkew = TimeSpan.FromMinutes(5);
        await using TestApp app = await StartAsync(static _ => { }, parameters: parameters);
        await using RawWebSocket socket = await JoinAsync(app, Tokens.Create("ann", static token => token.Expires = DateTime.UtcNow.AddMinutes(-1)));
        await socket.SendTextAsync("421[\"$rt:auth\"," + Tokens.Auth(Tokens.Create("ann", static token => token.Expires = DateTime.UtcNow.AddMinutes(-1))) + "]");
        string answer = await socket.ReadTextAsync(); // not that it expires
        Assert.StartsWith("431[{\"state\":\"active\",\"expiresInMs\":2", answer, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_revoked_token_ends_its_socket_and_does_not_come_back(bool byToken)
    {
        await using TestApp app = await StartAsync(static _ => { });
        string token = Tokens.Create("ann", static token => token.IssuedAt = DateTime.UtcNow.AddSeconds(-5), new Claim("jti", "t1"));
        await using RawWebSocket socket = await JoinAsync(app, token);
        await using RawWebSocket other = await JoinAsync(app, Tokens.Create("bob", null, new Claim("jti", "t2")));
        await app.App.Services.GetRequiredService<IRealtimeServer>().RevokeAsync(byToken ? Revocation.OfToken("t1") : Revocation.OfUser("ann"));
        Assert.Equal("42[\"$rt:auth\",{\"state\":\"revoked\"}]", await socket.ReadTextAsync());
        Assert.Equal("41", await socket.ReadTextAsync());
        await socket.SendTextAsync("40" + Tokens.Auth(token));
        Assert.Equal("44{\"message\":\"Authentication failed\",\"data\":{\"code\":\"token_revoked\"}}", await socket.ReadTextAsync());
        await other.SendTextAsync("421[\"$rt:auth\"," + Tokens.Auth(Tokens.Create("bob")) + "]");
        Assert.Contains("\"active\"", await other.ReadTextAsync(), StringComparison.Ordinal);
    }

    private static Task<TestApp> StartAsync(Action<NamespaceBuilder> configure, TimeProvider? time = null, TokenValidationParameters? parameters = null) => TestApp.StartAsync(
        Wire.Plain,
        services =>
        {
            services.AddSingleton(time ?? TimeProvider.System);
            services.AddRealtime().AddJwtAuthentication(parameters ?? Tokens.Parameters).AddNamespace("/", configure);
        },
        static app => app.MapRealtime());

    internal static async Task<RawWebSocket> OpenAsync(TestApp app)
    {
        RawWebSocket socket = await RawWebSocket.ConnectAsync(app.Port, tls: false, Client.WebSocket);
        Assert.StartsWith("0{", await socket.ReadTextAsync(), StringComparison.Ordinal);
        return socket;
    }

    private static async Task<RawWebSocket> JoinAsync(TestApp app, string token)
    {
        RawWebSocket socket = await OpenAsync(app);
        await socket.SendTextAsync("40" + Tokens.Auth(token));
        Assert.StartsWith("40{\"sid\"", await socket.ReadTextAsync(), StringComparison.Ordinal);
        return socket;
    }

    /// <summary>Lets time pass until something has come, and answers pings meanwhile.</summary>
    internal static async Task ReadUntilAsync(RawWebSocket socket, FakeTimeProvider time, string message)
    {
        while (true)
        {
            string came = await socket.ReadTextAsync().WhileAsync(time, stepMilliseconds: 50);
            if (came == message)
            {
                return;
            }

            if (came == "2")
            {
                await socket.SendTextAsync("3");
            }
        }
    }

    internal static void Pass(FakeTimeProvider time, double seconds)
    {
        for (double passed = 0; passed < seconds; passed += 0.05)
        {
            time.Advance(TimeSpan.FromMilliseconds(50));
        }
    }
}
