using System.Security.Claims;
using Microsoft.Extensions.DependencyInjection;
using Realtime.Core.Authentication;
using Realtime.Core.Connections;
using Realtime.Core.Hosting;
using Realtime.Core.Namespaces;
using Realtime.Core.Protocol;
using Realtime.Core.Tests.Connections;
using Realtime.Core.Tests.Hosting;

namespace Realtime.Core.Tests.Authentication;

public sealed class AuthenticationTests
{
    [Fact]
    public async Task A_ticket_says_who_the_client_is_and_what_it_is_addressed_by()
    {
        await using TestServer server = Start(space => space.On("who", context => context.AckAsync(context.User.FindFirst("sub")!.Value, context.Socket.UserId)));
        (TestClient ann, _) = await server.JoinAsync(auth: TokenAuthenticator.Auth("ann"));
        (TestClient bob, _) = await server.JoinAsync(auth: TokenAuthenticator.Auth("bob"));
        ann.Send("421[\"who\"]");
        await server.Server.Of("/").ToUser("ann").EmitAsync("for ann");

        Assert.Equal(["431[\"ann\",\"ann\"]", "42[\"for ann\"]"], ann.Lines);
        Assert.Empty(bob.Lines);
    }

    [Fact]
    public async Task A_refusal_has_a_code_comes_before_all_code_of_the_application_and_leaves_the_connection()
    {
        int ran = 0;
        await using TestServer server = Start(space => space
            .Authorize(_ => new ValueTask<bool>(Interlocked.Increment(ref ran) > 0))
            .Use((context, next) => Interlocked.Increment(ref ran) > 0 ? next(context) : default)
            .OnConnected(_ => new ValueTask(Task.FromResult(Interlocked.Increment(ref ran)))));
        TestClient client = server.Connect();
        client.Send("40" + TokenAuthenticator.Auth("bad"));

        Assert.Equal(["44{\"message\":\"Authentication failed\",\"data\":{\"code\":\"token_invalid\"}}"], client.Take());
        Assert.Equal(0, ran);
        Assert.Equal(0, server.Server.Of("/").SocketCount);
        await TestServer.JoinAsync(client, auth: TokenAuthenticator.Auth("ann"));
        Assert.Equal(3, ran);
    }

    [Fact]
    public async Task Who_sends_no_token_is_who_opened_the_connection()
    {
        await using TestServer server = Start(static _ => { });
        TestClient client = server.Connect(handshake: Opened(new Claim(ClaimTypes.NameIdentifier, "cookie")));
        await TestServer.JoinAsync(client);
        RealtimeSocket socket = Assert.Single(server.Server.Of("/").Sockets);
        Assert.Equal("cookie", socket.UserId);

        (_, string other) = await server.JoinAsync();
        Assert.Null(server.Server.Of("/").FindSocket(other)!.UserId);
    }

    [Fact]
    public async Task Authenticators_are_asked_in_order_until_one_has_a_result()
    {
        var asked = new List<string>();
        await using TestServer server = TestServer.Start(builder => builder.AddNamespace("/")
            .AddAuthenticator(_ => new Fixed(() => Result("first", AuthenticationResult.NoResult)))
            .AddAuthenticator(_ => new Fixed(() => Result("second", AuthenticationResult.Success(new SocketTicket(new ClaimsPrincipal()) { UserId = "second" }))))
            .AddAuthenticator(_ => new Fixed(() => Result("third", AuthenticationResult.Refuse("never")))));
        await server.JoinAsync();

        Assert.Equal(["first", "second"], asked);
        Assert.Equal("second", Assert.Single(server.Server.Of("/").Sockets).UserId);

        Task<AuthenticationResult> Result(string name, AuthenticationResult result)
        {
            asked.Add(name);
            return Task.FromResult(result);
        }
    }

    [Fact]
    public async Task An_authenticator_that_throws_refuses_without_telling_why()
    {
        await using TestServer server = TestServer.Start(builder => builder.AddNamespace("/").AddAuthenticator(_ => new Fixed(() => throw new InvalidOperationException("secret"))));
        TestClient client = server.Connect();
        client.Send("40");

        Assert.Equal(["44{\"message\":\"Authentication failed\",\"data\":{\"code\":\"authentication_failed\"}}"], client.Lines);
        Assert.Contains(server.Logged, line => line.StartsWith("Error AuthenticatorFailed", StringComparison.Ordinal) && line.Contains("secret", StringComparison.Ordinal));
    }

    [Fact]
    public async Task An_authenticator_that_never_answers_refuses_when_its_time_is_over()
    {
        var never = new TaskCompletionSource<AuthenticationResult>();
        await using TestServer server = TestServer.Start(
            builder => builder.AddNamespace("/").AddAuthenticator(_ => new Fixed(() => never.Task)), options => options.Authentication.Timeout = TimeSpan.FromSeconds(3));
        TestClient client = server.Connect();
        client.Send("40");
        server.Time.Pass(2.9);
        Assert.Empty(client.Lines);
        server.Time.Pass(0.2);

        await Patience.UntilAsync(() => client.Lines.Length > 0);
        Assert.Equal(["44{\"message\":\"Authentication failed\",\"data\":{\"code\":\"authentication_failed\"}}"], client.Lines);
    }

    [Fact]
    public async Task A_ticket_that_has_ended_does_not_count()
    {
        await using TestServer server = Start(static _ => { });
        TestClient client = server.Connect();
        client.Send("40" + TokenAuthenticator.Auth("ann exp=0"));
        Assert.Equal(["44{\"message\":\"Authentication failed\",\"data\":{\"code\":\"token_expired\"}}"], client.Take());
        await TestServer.JoinAsync(client, auth: TokenAuthenticator.Auth("ann exp=1"));
    }

    [Theory]
    [InlineData("{}", "unauthorized", "Unauthorized")]
    [InlineData("{\"token\":\"ann\"}", "forbidden", "Forbidden")]
    [InlineData("{\"token\":\"ann role=throws\"}", "forbidden", "Forbidden")]
    [InlineData("{\"token\":\"ann role=admin\"}", null, null)]
    public async Task All_rules_of_a_namespace_have_to_agree(string auth, string? code, string? message)
    {
        await using TestServer server = Start(space => space
            .Authorize(static _ => new ValueTask<bool>(true))
            .Authorize(static request => request.User.IsInRole("throws") ? throw new InvalidOperationException("secret") : new ValueTask<bool>(request.User.IsInRole("admin"))));
        TestClient client = server.Connect();
        client.Send("40" + auth);

        string line = Assert.Single(client.Lines);
        if (code is null)
        {
            Assert.StartsWith("40{\"sid\"", line, StringComparison.Ordinal);
        }
        else
        {
            Assert.Equal($"44{{\"message\":\"{message}\",\"data\":{{\"code\":\"{code}\"}}}}", line);
        }
    }

    [Fact]
    public async Task Users_are_named_by_the_provider_of_the_application_and_a_middleware_has_the_last_word()
    {
        await using TestServer server = TestServer.Start(
            builder => builder.AddAuthenticator<TokenAuthenticator>().AddNamespace("/").AddNamespace("/named", space => space.Use((context, next) =>
            {
                context.Socket.UserId = "renamed " + context.Socket.UserId;
                return next(context);
            })),
            add: services => services.AddSingleton<IUserIdProvider, ShoutingIds>());
        (TestClient client, _) = await server.JoinAsync(auth: TokenAuthenticator.Auth("ann"));
        await TestServer.JoinAsync(client, "/named", TokenAuthenticator.Auth("ann"));

        Assert.Equal("ANN", Assert.Single(server.Server.Of("/").Sockets).UserId);
        Assert.Equal("renamed ANN", Assert.Single(server.Server.Of("/named").Sockets).UserId);
    }

    [Theory]
    [InlineData("{\"token\":\"a\"}", "a")]
    [InlineData("{\"x\":{\"token\":\"inner\"},\"token\":\"a\",\"y\":[1]}", "a")]
    [InlineData("{\"t\\u006fken\":\"\\u0061\"}", "a")]
    [InlineData("{}", null)]
    [InlineData("{\"token\":1}", null)]
    [InlineData("{\"token\":null}", null)]
    [InlineData("{\"Token\":\"a\"}", null)]
    [InlineData("{\"token\":\"\\ud800\"}", null)]
    [InlineData("[\"token\"]", null)]
    [InlineData("\"token\"", null)]
    [InlineData("", null)]
    [InlineData("{\"token\":", null)]
    public void A_token_is_found_where_clients_put_it(string json, string? token)
    {
        var auth = new EventArgument(Wire.Utf8(json), []);
        Assert.Equal(token, new AuthenticationRequest("/", new BasicHandshake(), auth).FindToken());
    }

    [Theory]
    [InlineData(nameof(HandshakeAuthenticationOptions.Timeout), 0)]
    [InlineData(nameof(HandshakeAuthenticationOptions.ExpiryGrace), -1)]
    [InlineData(nameof(HandshakeAuthenticationOptions.MinRefreshInterval), -1)]
    [InlineData(nameof(HandshakeAuthenticationOptions.RevocationMemory), -1)]
    [InlineData(nameof(HandshakeAuthenticationOptions.MaxRevocations), 0)]
    public void Options_that_cannot_work_are_named(string name, int value)
    {
        System.Reflection.PropertyInfo option = typeof(HandshakeAuthenticationOptions).GetProperty(name)!;
        var options = new RealtimeOptions();
        Assert.True(new RealtimeOptionsValidator().Validate("", options).Succeeded);
        option.SetValue(options.Authentication, option.PropertyType == typeof(int) ? value : TimeSpan.FromSeconds(value));
        Assert.StartsWith($"Authentication.{name} must ", Assert.Single(new RealtimeOptionsValidator().Validate("", options).Failures!), StringComparison.Ordinal);
    }

    internal static TestServer Start(Action<NamespaceBuilder> configure, Action<RealtimeOptions>? options = null) =>
        TestServer.Start(builder => builder.AddAuthenticator<TokenAuthenticator>().AddNamespace("/", configure), options);

    internal static BasicHandshake Opened(params Claim[] claims) => new() { User = new ClaimsPrincipal(new ClaimsIdentity(claims, "test")) };

    private sealed class Fixed(Func<Task<AuthenticationResult>> answer) : IHandshakeAuthenticator
    {
        public async ValueTask<AuthenticationResult> AuthenticateAsync(AuthenticationRequest request, CancellationToken cancellationToken) => await answer();
    }

    private sealed class ShoutingIds : IUserIdProvider
    {
        public string? GetUserId(ClaimsPrincipal user) => user.FindFirst("sub")?.Value.ToUpperInvariant();
    }
}
