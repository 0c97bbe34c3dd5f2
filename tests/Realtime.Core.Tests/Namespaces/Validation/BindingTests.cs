using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.Extensions.DependencyInjection;
using Realtime.Core.Namespaces;
using Realtime.Core.Protocol;
using Realtime.Core.Tests.Connections;
using Realtime.Core.Tests.Hosting;

namespace Realtime.Core.Tests.Namespaces.Validation;

/// <summary>What is refused because it does not fit the type of the payload.</summary>
public sealed partial class BindingTests
{
    private static readonly JsonSerializerOptions s_quoting = new() { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
    private static readonly RealtimeEvent<Order, string> s_order = new("order");

    public static TheoryData<string, string, string> Misfits { get; } = new()
    {
        { "{}", "$.text", "The payload lacks $.text." },
        { "{\"text\":\"a\",\"number\":1}", "$.inner", "The payload lacks $.inner." },
        { "{\"text\":\"a\",\"number\":1,\"inner\":{}}", "$.inner.depth", "The payload lacks $.inner.depth." },
        { "{\"text\":\"a\",\"number\":1,\"inner\":{\"depth\":1},\"lines\":[{\"depth\":1},{}]}", "$.lines[1].depth", "The payload lacks $.lines[1].depth." },
        { "{\"text\":\"a\",\"number\":1,\"inner\":{\"depth\":1},\"named\":{\"a.b\":{}}}", "$.named['a.b'].depth", "The payload lacks $.named['a.b'].depth." },
        { "{\"text\":null,\"number\":1,\"inner\":{\"depth\":1}}", "$.text", Misfit("$.text") },
        { "{\"text\":5,\"inner\":{}}", "$.text", Misfit("$.text") },
        { "{\"text\":\"a\",\"text\":\"b\",\"number\":1,\"inner\":{\"depth\":1}}", "$.text", Misfit("$.text") },
        { "{\"text\":\"a\",\"number\":99999999999,\"inner\":{\"depth\":1}}", "$.number", Misfit("$.number") },
        { "{\"text\":\"a\",\"number\":\"1\",\"inner\":{\"depth\":1}}", "$.number", Misfit("$.number") },
        { "{\"text\":\"\\ud800\",\"number\":1,\"inner\":{\"depth\":1}}", "$.text", Misfit("$.text") },
        { "{\"\\ud800\":1}", "$", Misfit("$") },
        { "{\"text\":\"a\",\"number\":1,\"inner\":{\"depth\":13}}", "$", Misfit("$") }, // the setter throws
        { "{\"text\":\"a\",\"number\":1,\"inner\":{\"depth\":1},\"shape\":{}}", "$", Misfit("$") }, // no discriminator
        { "{\"text\":\"a\",\"number\":1,\"inner\":{\"depth\":1},\"shape\":{\"$type\":\"none\"}}", "$.shape", Misfit("$.shape") },
        { "{\"text\":\"a\",\"number\":1,\"inner\":{\"depth\":1},\"bytes\":{\"_placeholder\":true,\"num\":7}}", "$.bytes", Misfit("$.bytes") },
        { "{\"text\":\"a\",\"number\":1,\"inner\":{\"depth\":1},\"bytes\":\"no base64!\"}", "$.bytes", Misfit("$.bytes") },
        { "[]", "$", Misfit("$") },
        { "null", "$", "The event needs a payload." },
    };

    [Theory]
    [MemberData(nameof(Misfits))]
    public async Task A_payload_that_does_not_fit_its_type_is_refused_and_the_member_named(string payload, string member, string message)
    {
        foreach (bool generated in new[] { false, true })
        {
            await using TestServer server = Start(space => space.On(s_order, (_, _) => throw new InvalidOperationException("must not run")), options =>
            {
                if (generated)
                {
                    options.TypeInfoResolver = BindingPayloads.Default;
                }
            });
            (TestClient client, _) = await server.JoinAsync();
            client.Send($"420[\"order\",{payload}]", $"42[\"order\",{payload}]");

            string error = $"\"code\":\"invalid_payload\",\"message\":{Quote(message)}";
            Assert.Equal([$"430[{{\"error\":{{{error},\"member\":{Quote(member)}}}}}]", $"42[\"$rt:error\",{{\"error\":{{{error},\"event\":\"order\",\"member\":{Quote(member)}}}}}]"], client.Lines);
            Assert.DoesNotContain(server.Logged, line => line.StartsWith("Error", StringComparison.Ordinal) || line.StartsWith("Information", StringComparison.Ordinal));
            Assert.True(client.Connection.IsOpen);
        }
    }

    [Fact]
    public async Task A_payload_that_fits_is_handled_also_with_members_that_nobody_knows()
    {
        await using TestServer server = Start(space => space.On(s_order, (_, order) => new ValueTask<string>($"{order.Text} {order.Inner.Depth} {order.Lines?.Count}")));
        (TestClient client, _) = await server.JoinAsync();
        client.Send("420[\"order\",{\"text\":\"a\",\"number\":1,\"inner\":{\"depth\":2},\"lines\":[],\"newer\":true}]");

        Assert.Equal(["430[\"a 2 0\"]"], client.Lines);
    }

    [Fact]
    public async Task Unknown_members_can_be_refused_for_the_server_or_for_one_event()
    {
        const string unknown = "[{\"error\":{\"code\":\"invalid_payload\",\"message\":\"The payload does not fit the event at $.newer.\",\"member\":\"$.newer\"}}]";
        const string order = "{\"text\":\"a\",\"number\":1,\"inner\":{\"depth\":1},\"newer\":1}";
        await using TestServer all = Start(space => space.On(s_order, (_, _) => new ValueTask<string>("ok")), options => options.UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow);
        await using TestServer one = Start(space => space
            .On(s_order, (_, _) => new ValueTask<string>("ok")).ConfigureJson(options => options.UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow)
            .On(new RealtimeEvent<Order, string>("lax"), (_, _) => new ValueTask<string>("ok")));
        (TestClient client, _) = await all.JoinAsync();
        client.Send($"420[\"order\",{order}]");
        Assert.Equal(["430" + unknown], client.Lines);

        (client, _) = await one.JoinAsync();
        client.Send($"420[\"order\",{order}]", $"421[\"lax\",{order}]");
        Assert.Equal(["430" + unknown, "431[\"ok\"]"], client.Lines);
    }

    [Fact]
    public async Task A_payload_is_needed_unless_the_event_says_otherwise()
    {
        await using TestServer server = Start(space => space
            .On(new RealtimeEvent<string, int>("needs"), (_, text) => new ValueTask<int>(text.Length))
            .On(new RealtimeEvent<string?, string>("may"), (_, text) => new ValueTask<string>(text ?? "none")).AllowNullPayload()
            .On(new RealtimeEvent<int?, string>("number"), (_, number) => new ValueTask<string>(number?.ToString(System.Globalization.CultureInfo.InvariantCulture) ?? "none"))
            .On(new RealtimeEvent<object?, string>("anything"), (_, value) => new ValueTask<string>(value?.ToString() ?? "none")));
        (TestClient client, _) = await server.JoinAsync();
        client.Send("420[\"needs\"]", "421[\"may\"]", "422[\"number\",null]", "423[\"anything\"]", "424[\"needs\",\"ab\"]");

        Assert.Equal(
            ["430[{\"error\":{\"code\":\"invalid_payload\",\"message\":\"The event needs a payload.\",\"member\":\"$\"}}]", "431[\"none\"]", "432[\"none\"]", "433[\"none\"]", "434[2]"], client.Lines);
    }

    [Fact]
    public async Task Json_that_a_handler_fails_on_is_its_own_failure()
    {
        await using TestServer server = Start(space => space
            .On(s_order, (_, _) => throw new JsonException("a file of the server is broken", "$.secret", 1, 1))
            .On("raw", context => context.AckAsync(JsonSerializer.Deserialize<int>("x"))));
        (TestClient client, _) = await server.JoinAsync();
        client.Send("420[\"order\",{\"text\":\"a\",\"number\":1,\"inner\":{\"depth\":1}}]", "421[\"raw\",1]");

        const string failed = "[{\"error\":{\"code\":\"handler_failed\",\"message\":\"The handler failed.\"}}]";
        Assert.Equal(["430" + failed, "431" + failed], client.Lines);
        Assert.Equal(2, server.Logged.Count(line => line.StartsWith("Error HandlerFailed", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task An_argument_that_an_untyped_handler_reads_is_bound_as_strictly()
    {
        var errors = new List<Exception>();
        await using TestServer server = Start(space => space.On("raw", context => context.AckAsync(context.Get<Inner>(0)!.Depth)).OnError((_, error) => errors.Add(error)));
        (TestClient client, _) = await server.JoinAsync();
        client.Send("420[\"raw\",{}]", "421[\"raw\",{\"depth\":3}]");

        Assert.Equal(["430[{\"error\":{\"code\":\"invalid_payload\",\"message\":\"The payload lacks $.depth.\",\"member\":\"$.depth\"}}]", "431[3]"], client.Lines);
        Assert.Empty(errors);
    }

    [Fact]
    public async Task A_path_that_the_client_made_up_is_not_repeated_in_full()
    {
        await using TestServer server = Start(space => space.On(new RealtimeEvent<Dictionary<string, int>>("map"), (_, _) => default));
        (TestClient client, _) = await server.JoinAsync();
        client.Send($"420[\"map\",{{\"{new string('k', 100_000)}\":\"x\"}}]");

        string answer = Assert.Single(client.Lines);
        Assert.InRange(answer.Length, 256, 1024);
        Assert.All(server.Logged, line => Assert.InRange(line.Length, 0, 1024));
    }

    [Fact]
    public async Task A_type_that_the_resolver_does_not_know_is_refused_at_the_start()
    {
        await using TestServer server = Start(space => space.On(new RealtimeEvent<Unlisted>("unlisted"), (_, _) => default), options => options.TypeInfoResolver = BindingPayloads.Default, start: false);
        InvalidOperationException refused = Assert.Throws<InvalidOperationException>(() => server.Server);
        Assert.Contains("'unlisted'", refused.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(256, true)]
    [InlineData(257, false)]
    public async Task The_name_of_an_event_is_bounded(int length, bool isRead)
    {
        await using TestServer server = Start(space => space.OnAny(context => context.AckAsync(context.EventName.Length)));
        (TestClient client, _) = await server.JoinAsync();
        client.Send($"420[\"{new string('n', length)}\"]");

        Assert.Equal(isRead, client.Connection.IsOpen);
        Assert.Equal(isRead ? ["430[256]"] : [], client.Lines.Where(line => line.StartsWith("43", StringComparison.Ordinal)));
    }

    private static string Misfit(string member) => $"The payload does not fit the event at {member}.";

    private static string Quote(string text) => JsonSerializer.Serialize(text, s_quoting);

    private static TestServer Start(Action<NamespaceBuilder> configure, Action<JsonSerializerOptions>? json = null, bool start = true) =>
        TestServer.Start(builder => builder.AddNamespace("/", configure), options => json?.Invoke(options.Json), start: start);

    public sealed record Order(
        string Text, int Number, Inner Inner, string? Note = null, List<Inner>? Lines = null, Dictionary<string, Inner>? Named = null, Shape? Shape = null, byte[]? Bytes = null);

    public sealed class Inner
    {
        private readonly int _depth;

        public required int Depth
        {
            get => _depth;
            init => _depth = value != 13 ? value : throw new ArgumentException("13 is no depth.");
        }
    }

    [JsonDerivedType(typeof(Circle), "circle")]
    public abstract class Shape;

    public sealed class Circle : Shape;

    public sealed record Unlisted(string Text);

    [JsonSerializable(typeof(Order))]
    internal sealed partial class BindingPayloads : JsonSerializerContext;
}
