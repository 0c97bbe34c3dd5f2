using System.ComponentModel.DataAnnotations;
using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.Extensions.DependencyInjection;
using Realtime.Core.Framing;
using Realtime.Core.Namespaces;
using Realtime.Core.Namespaces.Validation;
using Realtime.Core.Protocol;
using Realtime.Core.Protocol.Json;
using Realtime.Core.Tests.Connections;
using Realtime.Core.Tests.Hosting;

namespace Realtime.Core.Tests.Namespaces.Validation;

/// <summary>Rules beyond the type: attributes, lambdas, validators of one's own.</summary>
public sealed partial class RuleTests
{
    private static readonly JsonSerializerOptions s_quoting = new() { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
    private static readonly RealtimeEvent<Post> s_post = new("post");

    public static TheoryData<string, string, string> Broken { get; } = new()
    {
        { "{\"text\":\"123456\"}", "$.text", "The field text must be a string or array type with a maximum length of '5'." },
        { "{\"text\":\"\"}", "$.text", "The text field is required." },
        { "{\"text\":\"a\",\"stars\":6}", "$.stars", "The field stars must be between 1 and 5." },
        { "{\"text\":\"a\",\"tag\":\"A b\"}", "$.tag", "The field tag must match the regular expression '^[a-z]+$'." },
        { "{\"text\":\"a\",\"author\":{\"mail\":\"nobody\"}}", "$.author.mail", "The mail field is not a valid e-mail address." },
        { "{\"text\":\"a\",\"parts\":[{\"size\":1},{\"size\":0}]}", "$.parts[1].size", "The field size must be between 1 and 9." },
        { "{\"text\":\"a\",\"named\":{\"x\":{\"size\":0}}}", "$.named.x.size", "The field size must be between 1 and 9." },
        { "{\"text\":\"a\",\"span\":{\"from\":3,\"to\":2}}", "$.span.to", "It ends before it begins." },
        { "{\"text\":\"a\",\"shape\":{\"$type\":\"square\",\"side\":0}}", "$.shape.side", "The field side must be between 1 and 9." },
        { "{\"text\":\"a\",\"renamed_on_wire\":99}", "$.renamed_on_wire", "The field renamed_on_wire must be between 0 and 9." },
    };

    [Theory]
    [MemberData(nameof(Broken))]
    public async Task A_payload_that_breaks_an_annotation_is_refused_and_the_member_named(string payload, string member, string message)
    {
        foreach (bool generated in new[] { false, true })
        {
            await using TestServer server = Start(space => space.On(s_post, (_, _) => throw new InvalidOperationException("must not run")).ValidateAnnotations(), generated);
            (TestClient client, _) = await server.JoinAsync();
            client.Send($"420[\"post\",{payload}]", $"42[\"post\",{payload}]");

            string error = $"\"code\":\"invalid_payload\",\"message\":{Quote(message)}";
            Assert.Equal([$"430[{{\"error\":{{{error},\"member\":{Quote(member)}}}}}]", $"42[\"$rt:error\",{{\"error\":{{{error},\"event\":\"post\",\"member\":{Quote(member)}}}}}]"], client.Lines);
            Assert.DoesNotContain(server.Logged, line => line.StartsWith("Error", StringComparison.Ordinal));
        }
    }

    [Fact]
    public async Task A_payload_that_keeps_all_rules_is_handled()
    {
        await using TestServer server = Start(space => space.On(s_post, (_, _) => default).ValidateAnnotations());
        (TestClient client, _) = await server.JoinAsync();
        client.Send("420[\"post\",{\"text\":\"12345\",\"stars\":5,\"tag\":\"ab\",\"author\":{\"mail\":\"a@b.c\"},\"parts\":[{\"size\":1}],\"span\":{\"from\":1,\"to\":2},\"shape\":{\"$type\":\"square\",\"side\":1}}]");
        Assert.Equal(["430[]"], client.Lines);
    }

    [Theory]
    [InlineData("010203", true)]
    [InlineData("01020304", false)]
    public async Task The_length_of_a_binary_member_is_that_of_its_bytes(string bytes, bool fits)
    {
        await using TestServer server = Start(space => space.On(new RealtimeEvent<Blob>("blob"), (_, _) => default).ValidateAnnotations());
        (TestClient client, _) = await server.JoinAsync();
        client.Send("451-0[\"blob\",{\"bytes\":{\"_placeholder\":true,\"num\":0}}]");
        client.Peer.Send(new EncodedMessage(IsBinary: true, Convert.FromHexString(bytes)));

        Assert.Equal(fits, client.Lines.Single() == "430[]");
        Assert.Equal(!fits, client.Lines.Single().Contains("\"member\":\"$.bytes\"", StringComparison.Ordinal));
    }

    [Fact]
    public async Task All_typed_events_of_a_namespace_can_be_validated_at_once_also_later_ones()
    {
        await using TestServer server = Start(space => space
            .On(s_post, (_, _) => default)
            .ValidateAllAnnotations()
            .On(new RealtimeEvent<Blob>("blob"), (_, _) => default)
            .On(new RealtimeEvent<int>("plain"), (_, _) => default));
        (TestClient client, _) = await server.JoinAsync();
        client.Send("420[\"post\",{\"text\":\"\"}]", "421[\"blob\",{\"bytes\":\"AQIDBA==\"}]", "422[\"plain\",1]");

        Assert.Equal(["430[{\"e", "431[{\"e", "432[]"], client.Lines.Select(line => line[..Math.Min(7, line.Length)]));
    }

    [Fact]
    public async Task A_type_without_annotations_cannot_be_validated_by_them()
    {
        await using TestServer server = TestServer.Start(
            builder => builder.AddNamespace("/", space => space.On(new RealtimeEvent<Bare>("bare"), (_, _) => default).ValidateAnnotations()), start: false);
        Assert.Contains("'bare'", Assert.Throws<InvalidOperationException>(() => server.Server).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Text_that_keeps_a_pattern_busy_is_refused_when_its_time_is_up()
    {
        await using TestServer server = Start(space => space.On(new RealtimeEvent<Slow>("slow"), (_, _) => default).ValidateAnnotations());
        (TestClient client, _) = await server.JoinAsync();
        client.Send($"420[\"slow\",{{\"text\":\"{new string('a', 64)}!\"}}]");
        Assert.Contains("could not be checked in time", Assert.Single(client.Lines), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Rules_are_asked_in_order_and_the_first_broken_one_counts()
    {
        var asked = new List<string>();
        await using TestServer server = Start(space => space
            .On(new RealtimeEvent<Bare>("bare"), (_, _) => default)
            .Validate(bare => Note("first", bare.Text != "1"), "It is 1.")
            .Validate(bare => Note("second", bare.Text != "2") ? null : new PayloadError("$.text", "It is 2."))
            .Validate(new Later()));
        (TestClient client, _) = await server.JoinAsync();
        foreach (string text in new[] { "1", "2", "3", "4" })
        {
            client.Send($"42{text}[\"bare\",{{\"text\":\"{text}\"}}]");
            await Patience.UntilAsync(() => client.Lines.Any(line => line.StartsWith("43" + text, StringComparison.Ordinal)));
        }

        Assert.Equal(
            [
                "431[{\"error\":{\"code\":\"invalid_payload\",\"message\":\"It is 1.\",\"member\":\"$\"}}]",
                "432[{\"error\":{\"code\":\"invalid_payload\",\"message\":\"It is 2.\",\"member\":\"$.text\"}}]",
                "433[{\"error\":{\"code\":\"invalid_payload\",\"message\":\"It is 3.\",\"member\":\"$.text\"}}]",
                "434[]",
            ],
            client.Lines);
        Assert.Equal(["first", "first", "second", "first", "second", "first", "second"], asked);

        bool Note(string which, bool isValid)
        {
            asked.Add(which);
            return isValid;
        }
    }

    [Fact]
    public async Task A_validator_that_throws_fails_the_message_and_nothing_else()
    {
        await using TestServer server = Start(space => space
            .On(new RealtimeEvent<Bare>("bare"), (_, _) => default)
            .Validate(bare => bare.Text == "bad" ? throw new InvalidOperationException("secret") : (PayloadError?)null));
        (TestClient client, _) = await server.JoinAsync();
        client.Send("420[\"bare\",{\"text\":\"bad\"}]", "421[\"bare\",{\"text\":\"good\"}]");
        Assert.Equal(["430[{\"error\":{\"code\":\"handler_failed\",\"message\":\"The handler failed.\"}}]", "431[]"], client.Lines);
    }

    [Fact]
    public async Task Messages_behind_one_that_is_still_checked_wait_for_it()
    {
        var handled = new List<string>();
        var gate = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using TestServer server = Start(space => space.On(new RealtimeEvent<Bare>("bare"), (_, bare) =>
        {
            handled.Add(bare.Text);
            return default;
        }).Validate(new Waiting(gate.Task)));
        (TestClient client, _) = await server.JoinAsync();
        client.Send("420[\"bare\",{\"text\":\"slow\"}]", "421[\"bare\",{\"text\":\"quick\"}]");
        Assert.Empty(handled);
        gate.SetResult();
        await Patience.UntilAsync(() => client.Lines.Length == 2);

        Assert.Equal(["slow", "quick"], handled);
    }

    [Theory]
    [InlineData("Text", "$.text")]
    [InlineData("Author.Mail", "$.author.mail")]
    [InlineData("Parts[3].Size", "$.parts[3].size")]
    [InlineData("Renamed", "$.renamed_on_wire")]
    [InlineData("Nothing.Known", "$.Nothing.Known")]
    [InlineData("", "$")]
    public void Members_are_named_as_clients_know_them(string name, string path) => Assert.Equal(path, new PayloadSerializer().GetMemberPath(typeof(Post), name));

    private static string Quote(string text) => JsonSerializer.Serialize(text, s_quoting);

    private static TestServer Start(Action<NamespaceBuilder> configure, bool generated = false) => TestServer.Start(builder => builder.AddNamespace("/", configure), options =>
    {
        if (generated)
        {
            options.Json.TypeInfoResolver = RulePayloads.Default;
        }
    });

    public sealed record Post(
        [Required, MaxLength(5)] string Text,
        [Range(1, 5)] int Stars = 1,
        Author? Author = null,
        IReadOnlyList<Part>? Parts = null,
        IReadOnlyDictionary<string, Part>? Named = null,
        Span? Span = null,
        Shape? Shape = null)
    {
        [RegularExpression("^[a-z]+$")]
        public string? Tag { get; init; }

        [JsonPropertyName("renamed_on_wire")]
        [Range(0, 9)]
        public int Renamed { get; init; }
    }

    public sealed record Author([EmailAddress] string Mail);

    public sealed record Part([property: Range(1, 9)] int Size);

    public sealed record Span(int From, int To) : IValidatableObject
    {
        public IEnumerable<ValidationResult> Validate(ValidationContext validationContext) => To < From ? [new ValidationResult("It ends before it begins.", [nameof(To)])] : [];
    }

    [JsonDerivedType(typeof(Square), "square")]
    public abstract record Shape;

    public sealed record Square([Range(1, 9)] int Side) : Shape;

    public sealed record Blob([MaxLength(3)] ReadOnlyMemory<byte> Bytes);

    public sealed record Bare(string Text);

    public sealed record Slow([property: RegularExpression("^(a+)+$", MatchTimeoutInMilliseconds = 20)] string Text);

    private sealed class Later : IPayloadValidator<Bare>
    {
        public async ValueTask<PayloadError?> ValidateAsync(EventContext context, Bare payload)
        {
            await Task.Yield();
            return payload.Text == "3" ? new PayloadError("$.text", "It is 3.") : null;
        }
    }

    private sealed class Waiting(Task gate) : IPayloadValidator<Bare>
    {
        public async ValueTask<PayloadError?> ValidateAsync(EventContext context, Bare payload)
        {
            await (payload.Text == "slow" ? gate : Task.CompletedTask);
            return null;
        }
    }

    [JsonSerializable(typeof(Post))]
    internal sealed partial class RulePayloads : JsonSerializerContext;
}
