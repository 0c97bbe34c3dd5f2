using Realtime.Core.Diagnostics;
using Realtime.Core.Namespaces;
using Realtime.Core.Tests.Connections;
using Realtime.Core.Tests.Hosting;

namespace Realtime.Core.Tests.Authentication;

public sealed class RoomAuthorizationTests
{
    [Fact]
    public async Task A_join_asks_every_rule_that_fits_and_joins_all_or_none()
    {
        var asked = new List<string?>();
        await using TestServer server = AuthenticationTests.Start(space => space
            .AuthorizeRooms("project:*", request =>
            {
                asked.Add(request.Room);
                return new ValueTask<bool>(request.User.IsInRole(request.Room!["project:".Length..]));
            })
            .AuthorizeRooms("*:closed", static _ => new ValueTask<bool>(false)));
        (_, string id) = await server.JoinAsync(auth: TokenAuthenticator.Auth("ann role=1 role=closed"));
        RealtimeSocket socket = server.Server.Of("/").FindSocket(id)!;
        await socket.JoinAsync("project:1", "open");
        RoomForbiddenException refused = await Assert.ThrowsAsync<RoomForbiddenException>(async () => await socket.JoinAsync("second", "project:2", "project:1"));
        await Assert.ThrowsAsync<RoomForbiddenException>(async () => await socket.JoinAsync("project:closed"));

        Assert.Equal("project:2", refused.Room);
        Assert.Equal(ErrorCode.Forbidden, refused.Code);
        Assert.Equal(["$user:ann", "open", "project:1"], socket.Rooms.Skip(1).Order(StringComparer.Ordinal));
        Assert.Contains("project:closed", asked);
        Assert.DoesNotContain("open", asked);
    }

    [Fact]
    public async Task In_a_handler_the_client_gets_a_code_and_not_the_name()
    {
        await using TestServer server = AuthenticationTests.Start(space => space
            .AuthorizeRooms("secret*", static _ => new ValueTask<bool>(false))
            .On("join", static context => context.Socket.JoinAsync("secret plan"))
            .On("answered", static async context =>
            {
                await context.AckAsync(1);
                await context.Socket.JoinAsync("secret plan");
            }));
        (TestClient client, _) = await server.JoinAsync(auth: TokenAuthenticator.Auth("ann"));
        client.Send("421[\"join\"]", "42[\"join\"]", "422[\"answered\"]");

        Assert.Equal(
            [
                "431[{\"error\":{\"code\":\"forbidden\",\"message\":\"The room is not open to the user.\"}}]",
                "42[\"$rt:error\",{\"error\":{\"code\":\"forbidden\",\"message\":\"The room is not open to the user.\",\"event\":\"join\"}}]",
                "432[1]",
            ],
            client.Lines);
        Assert.DoesNotContain(server.Logged, static line => line.StartsWith("Error", StringComparison.Ordinal));
        Assert.Contains(server.Logged, static line => line.StartsWith("Information RoomForbidden", StringComparison.Ordinal));
    }

    [Fact]
    public async Task In_a_middleware_the_client_is_refused()
    {
        await using TestServer server = AuthenticationTests.Start(space => space.AuthorizeRooms("secret", static _ => new ValueTask<bool>(false)).Use(static async (context, next) =>
        {
            await context.Socket.JoinAsync("secret");
            await next(context);
        }));
        TestClient client = server.Connect();
        client.Send("40");
        Assert.Equal(["44{\"message\":\"Forbidden\",\"data\":{\"code\":\"forbidden\"}}"], client.Lines);
    }

    [Fact]
    public async Task Who_is_put_into_a_room_by_others_needs_the_right_too()
    {
        await using TestServer server = AuthenticationTests.Start(space => space.AuthorizeRooms("staff", static request => new ValueTask<bool>(request.User.IsInRole("staff"))));
        (_, string ann) = await server.JoinAsync(auth: TokenAuthenticator.Auth("ann role=staff"));
        (_, string bob) = await server.JoinAsync(auth: TokenAuthenticator.Auth("bob"));
        await server.Server.Of("/").Everyone.JoinAsync("staff", "lobby");

        Assert.Contains("staff", server.Server.Of("/").FindSocket(ann)!.Rooms);
        Assert.DoesNotContain("staff", server.Server.Of("/").FindSocket(bob)!.Rooms);
        Assert.Contains("lobby", server.Server.Of("/").FindSocket(bob)!.Rooms);
    }

    [Fact]
    public async Task The_rooms_of_the_server_are_nobodys_to_forbid()
    {
        await using TestServer server = AuthenticationTests.Start(space => space.AuthorizeRooms("*", static _ => new ValueTask<bool>(false)));
        (TestClient client, string id) = await server.JoinAsync(auth: TokenAuthenticator.Auth("ann exp=60"));
        RealtimeSocket socket = server.Server.Of("/").FindSocket(id)!;
        await socket.JoinAsync(id, "$user:ann");
        client.Send(RefreshTests.Refresh(1, "ann exp=60"));
        Assert.Equal([id, "$user:ann"], socket.Rooms);
        await Assert.ThrowsAsync<RoomForbiddenException>(async () => await socket.JoinAsync("$user:bob"));
    }

    [Fact]
    public async Task A_rule_that_throws_refuses()
    {
        await using TestServer server = AuthenticationTests.Start(space => space.AuthorizeRooms("x", static _ => throw new InvalidOperationException("secret")));
        (_, string id) = await server.JoinAsync(auth: TokenAuthenticator.Auth("ann"));
        await Assert.ThrowsAsync<RoomForbiddenException>(async () => await server.Server.Of("/").FindSocket(id)!.JoinAsync("x"));
        Assert.Contains(server.Logged, static line => line.StartsWith("Error AuthorizationFailed", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("a", "a", true)]
    [InlineData("a", "A", false)]
    [InlineData("a", "ab", false)]
    [InlineData("a", "", false)]
    [InlineData("*", "", true)]
    [InlineData("*", "anything:*", true)]
    [InlineData("a*", "a", true)]
    [InlineData("a*", "ba", false)]
    [InlineData("*a", "ba", true)]
    [InlineData("*a", "ab", false)]
    [InlineData("a*b*c", "a-b-b-c", true)]
    [InlineData("a*b*c", "a-c-b", false)]
    [InlineData("a**b", "ab", true)]
    [InlineData("a.c", "abc", false)]
    [InlineData("*ab", "aab", true)]
    [InlineData("*aab*", "aaaab", true)]
    public void A_star_stands_for_any_text(string pattern, string room, bool fits) => Assert.Equal(fits, new RoomPattern(pattern).Matches(room));
}
