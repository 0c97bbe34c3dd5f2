using System.Text.Json;
using Realtime.Client.Interop.Tests.Raw;
using Realtime.Client.Interop.Tests.Support;
using Realtime.Contracts;

namespace Realtime.Client.Interop.Tests.Quirks;

/// <summary>Connection state recovery as the client sees it: a private id, and an offset that is the last argument of the last event.</summary>
public sealed class RecoveryQuirks : QuirkTest
{
    private const string Pid = "private-1";

    [Theory, BothWires]
    public async Task A_client_that_comes_back_shows_its_private_id_and_its_last_offset(ClientTransports transports)
    {
        Joined joined = await RecoverableAsync(transports, "42[\"hello\",1,\"offset-1\"]", "42[\"hello\",2,\"offset-2\"]");

        joined = await joined.ComeBackAsync(Pid);

        AssertAuth("""{"pid":"private-1","offset":"offset-2"}""", joined.Auth);
        Assert.True(joined.Client.IsRecovered);
    }

    [Theory, BothWires]
    public async Task Without_an_event_there_is_no_offset(ClientTransports transports)
    {
        Joined joined = await JoinAsync(transports, pid: Pid);

        joined = await joined.ComeBackAsync();

        Assert.True(joined.Auth is """{"pid":"private-1"}""" or "", joined.Auth); // alone the private id opens nothing
        Assert.False(joined.Client.IsRecovered);
    }

    [Theory, BothWires]
    public async Task Without_a_private_id_nothing_is_an_offset(ClientTransports transports)
    {
        Joined joined = await JoinAsync(transports);
        Arrivals<int> hello = Arrivals.Of(joined.Client.Socket, Events.Hello);
        await joined.Session.SendAsync("42[\"hello\",1,\"text\"]");
        await hello.NextAsync();

        joined = await joined.ComeBackAsync();

        Assert.Equal("", joined.Auth);
    }

    [Theory, BothWires]
    public async Task Whatever_text_is_the_last_argument_is_the_offset(ClientTransports transports)
    {
        Joined joined = await RecoverableAsync(transports, "42[\"hello\",1,\"offset-1\"]", "42[\"hello\",2,\"just text\"]");

        joined = await joined.ComeBackAsync(Pid);

        AssertAuth("""{"pid":"private-1","offset":"just text"}""", joined.Auth);
    }

    [Theory, BothWires]
    public async Task Events_without_a_last_text_and_questions_leave_the_offset_alone(ClientTransports transports)
    {
        Joined joined = await RecoverableAsync(
            transports, "42[\"hello\",1,\"offset-1\"]", "42[\"hello\",2]", "427[\"hello\",3,\"asked\"]", "42[\"hello\",4,{\"a\":\"b\"}]");

        joined = await joined.ComeBackAsync(Pid);

        AssertAuth("""{"pid":"private-1","offset":"offset-1"}""", joined.Auth);
    }

    [Theory, BothWires]
    public async Task The_members_of_auth_stand_beside_and_override(ClientTransports transports)
    {
        Joined joined = await JoinAsync(
            transports, configure: static builder => builder.WithAuth(static _ => new ValueTask<object?>(new { token = "x", offset = "mine" })), pid: Pid);
        Arrivals<int> hello = Arrivals.Of(joined.Client.Socket, Events.Hello);
        await joined.Session.SendAsync("42[\"hello\",1,\"offset-1\"]");
        await hello.NextAsync();

        joined = await joined.ComeBackAsync(Pid);

        AssertAuth("""{"pid":"private-1","offset":"mine","token":"x"}""", joined.Auth);
    }

    [Theory, BothWires]
    public async Task Another_private_id_is_another_session(ClientTransports transports)
    {
        Joined joined = await RecoverableAsync(transports, "42[\"hello\",1,\"offset-1\"]");

        joined = await joined.ComeBackAsync("private-2");
        Assert.False(joined.Client.IsRecovered);
        joined = await joined.ComeBackAsync("private-2");

        Assert.Contains("\"pid\":\"private-2\"", joined.Auth, StringComparison.Ordinal);
        Assert.True(joined.Client.IsRecovered);
    }

    [Theory, BothWires]
    public async Task Missed_events_before_CONNECT_are_delivered_before_those_behind_it_and_move_the_offset(ClientTransports transports)
    {
        Joined joined = await RecoverableAsync(transports, "42[\"hello\",1,\"offset-1\"]");
        Arrivals<int> hello = Arrivals.Of(joined.Client.Socket, Events.Hello);

        joined = await joined.ComeBackAsync(Pid, "42[\"hello\",2,\"offset-2\"]", "451-[\"hello\",3,{\"_placeholder\":true,\"num\":0},\"offset-3\"]", "bAQID");
        Assert.True(joined.Client.IsRecovered);
        await joined.Session.SendAsync("42[\"hello\",4]");
        Assert.Equal([2, 3, 4], await hello.TakeAsync(3));
        joined = await joined.ComeBackAsync(Pid);

        AssertAuth("""{"pid":"private-1","offset":"offset-3"}""", joined.Auth);
    }

    [Theory, BothWires]
    public async Task Each_namespace_has_a_private_id_and_an_offset_of_its_own(ClientTransports transports)
    {
        Joined joined = await RecoverableAsync(transports, "42[\"hello\",1,\"offset-1\"]");
        ClientSocket a = joined.Client.Of("/a");
        Task connecting = a.ConnectAsync();
        Assert.Equal("", await joined.Session.AcceptAsync("/a", "socket-a", "private-a"));
        await connecting.Within();
        Arrivals<int> onA = Arrivals.Of(a, Events.Hello);
        await joined.Session.SendAsync("42/a,[\"hello\",1,\"offset-a\"]");
        await onA.NextAsync();

        joined.Session.End();
        RawSession session = await joined.Server.AcceptAsync();
        string[] packets = [.. new[] { await session.ReceiveAsync(), await session.ReceiveAsync() }.Order(StringComparer.Ordinal)];

        AssertAuth("""{"pid":"private-a","offset":"offset-a"}""", packets[0]["40/a,".Length..]);
        AssertAuth("""{"pid":"private-1","offset":"offset-1"}""", packets[1]["40".Length..]);
    }

    private async Task<Joined> RecoverableAsync(ClientTransports transports, params string[] events)
    {
        Joined joined = await JoinAsync(transports, pid: Pid);
        Arrivals<string> arrived = Arrivals.OfAny(joined.Client.Socket);
        await joined.Session.SendAsync(events);
        await arrived.TakeAsync(events.Length);
        return joined;
    }

    /// <summary>Compares as a server reads it: of a key that comes twice the last one counts.</summary>
    private static void AssertAuth(string expected, string auth) => Assert.Equal(Read(expected), Read(auth));

    private static Dictionary<string, string?> Read(string json)
    {
        var members = new Dictionary<string, string?>();
        foreach (JsonProperty member in JsonElement.Parse(json).EnumerateObject())
        {
            members[member.Name] = member.Value.GetString();
        }

        return members;
    }
}
