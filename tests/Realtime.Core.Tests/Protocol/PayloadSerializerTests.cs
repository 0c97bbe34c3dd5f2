using System.Buffers;
using System.Text.Json;
using System.Text.Json.Serialization;
using Realtime.Core.Protocol;
using Realtime.Core.Protocol.Json;

namespace Realtime.Core.Tests.Protocol;

public sealed class PayloadSerializerTests
{
    private const string P0 = """{"_placeholder":true,"num":0}""";
    private const string P1 = """{"_placeholder":true,"num":1}""";
    private const string P2 = """{"_placeholder":true,"num":2}""";

    private readonly PayloadSerializer _serializer = new();

    [Fact]
    public void An_event_is_its_name_and_its_arguments() =>
        Assert.Equal("""["x",1,"two",null,true,{"a":3}]""", Shown(_serializer.SerializeEvent("x", [1, "two", null, true, new Dictionary<string, int> { ["a"] = 3 }])));

    [Fact]
    public void An_event_may_have_no_arguments() => Assert.Equal("""["x"]""", Shown(_serializer.SerializeEvent("x", ReadOnlySpan<object?>.Empty)));

    [Fact]
    public void An_acknowledgement_is_its_arguments()
    {
        Assert.Equal("[1,null]", Shown(_serializer.SerializeAck([1, null])));
        Assert.Equal("[]", Shown(_serializer.SerializeAck(ReadOnlySpan<object?>.Empty)));
        Assert.Equal("[7]", Shown(_serializer.SerializeAck<int>(7)));
        Assert.Equal("[null]", Shown(_serializer.SerializeAck<string?>(null)));
    }

    [Fact]
    public void Text_is_written_as_itself() => Assert.Equal("""["größe","é€<>&'+"]""", Shown(_serializer.SerializeEvent<string>("größe", "é€<>&'+")));

    [Fact]
    public void Characters_beyond_the_first_plane_are_escaped_by_the_writer() => Assert.Equal("""["\uD83D\uDE00"]""", Shown(_serializer.SerializeAck<string>("😀")));

    [Fact]
    public void Half_a_surrogate_pair_in_text_becomes_the_replacement_character() => Assert.Equal("[\"\\uFFFD\"]", Shown(_serializer.SerializeAck<string>("\ud800")).Replace("\ufffd", "\\uFFFD", StringComparison.Ordinal));

    [Fact]
    public void What_would_break_JSON_is_escaped() => Assert.Equal("[\"a\\\"b\",\"\\\\\\n\\u0000\\u001E\"]", Shown(_serializer.SerializeEvent<string>("a\"b", "\\\n\0\u001e")));

    [Fact]
    public void Binary_of_every_type_becomes_an_attachment() =>
        Assert.Equal(
            $$"""["x",{{P0}},{{P1}},{{P2}}] 01 0203 """,
            Shown(_serializer.SerializeEvent("x", [new byte[] { 1 }, new Memory<byte>([2, 3]), ReadOnlyMemory<byte>.Empty])));

    [Fact]
    public void A_typed_binary_argument_becomes_an_attachment()
    {
        Assert.Equal($"""["x",{P0}] 01""", Shown(_serializer.SerializeEvent<byte[]>("x", [1])));
        Assert.Equal($"""[{P0}] 01""", Shown(_serializer.SerializeAck<ReadOnlyMemory<byte>>(new byte[] { 1 })));
    }

    [Fact]
    public void Binary_is_found_wherever_it_stands_and_numbered_depth_first()
    {
        var album = new Album("a", [new Picture("p", [1], new byte[] { 2 }, new byte[] { 3 })]);

        Assert.Equal(
            $$"""["x",{"title":"a","pictures":[{"name":"p","thumbnail":{{P0}},"pixels":{{P1}},"raw":{{P2}}}]},{"k":[{"_placeholder":true,"num":3}]}] 01 02 03 04""",
            Shown(_serializer.SerializeEvent("x", [album, new Dictionary<string, List<byte[]>> { ["k"] = [[4]] }])));
    }

    [Fact]
    public void The_same_buffer_twice_is_two_attachments()
    {
        byte[] buffer = [9];

        Assert.Equal($"""["x",{P0},[{P1}]] 09 09""", Shown(_serializer.SerializeEvent("x", [buffer, new[] { buffer }])));
    }

    [Fact]
    public void A_null_buffer_is_null_and_no_attachment() => Assert.Equal("""["x",[null]]""", Shown(_serializer.SerializeEvent<byte[]?[]>("x", [null])));

    [Fact]
    public void Payloads_one_after_the_other_share_nothing()
    {
        EventPayload first = _serializer.SerializeAck<byte[]>([1]);
        EventPayload second = _serializer.SerializeAck<byte[]>([2]);
        EventPayload third = _serializer.SerializeAck<int>(3);

        Assert.Equal([$"[{P0}] 01", $"[{P0}] 02", "[3]"], [Shown(first), Shown(second), Shown(third)]);
    }

    [Fact]
    public void A_failed_payload_leaves_nothing_for_the_next_one()
    {
        PayloadSerializer serializer = With(new FailingConverter());
        Assert.Throws<NotSupportedException>(() => serializer.SerializeEvent("secret", [new byte[] { 1 }, new Failing()]));

        Assert.Equal($"""["x",{P0}] 02""", Shown(serializer.SerializeEvent<byte[]>("x", [2])));
        Assert.Equal("\"Ag==\"", Wire.Text(serializer.SerializeValue(new byte[] { 2 })));
    }

    [Fact]
    public void Outside_a_payload_binary_is_base64() =>
        Assert.Equal("{\"name\":\"p\",\"thumbnail\":\"AQ==\",\"pixels\":\"\",\"raw\":\"Aw==\"}", Wire.Text(_serializer.SerializeValue(new Picture("p", [1], default, new byte[] { 3 }))));

    [Fact]
    public void Outside_a_payload_null_is_null() => Assert.Equal("null", Wire.Text(_serializer.SerializeValue(null)));

    [Fact]
    public void A_huge_payload_does_not_disturb_the_next_one()
    {
        string huge = new('x', 200_000);

        Assert.Equal($"[\"{huge}\"]", Shown(_serializer.SerializeAck<string>(huge)));
        Assert.Equal("[1]", Shown(_serializer.SerializeAck<int>(1)));
    }

    [Fact]
    public void A_converter_may_serialise_another_payload_while_one_is_written()
    {
        PayloadSerializer? inner = null;
        EventPayload emitted = default;
        PayloadSerializer outer = With(new HookConverter(() => emitted = inner!.SerializeEvent("inner", [new byte[] { 8 }, new byte[] { 9 }])));
        foreach (PayloadSerializer same in (PayloadSerializer[])[outer, _serializer])
        {
            inner = same;

            EventPayload payload = outer.SerializeEvent("outer", [new byte[] { 1 }, new Hook(), new byte[] { 2 }]);

            Assert.Equal($"""["inner",{P0},{P1}] 08 09""", Shown(emitted));
            Assert.Equal($"""["outer",{P0},"hook",{P1}] 01 02""", Shown(payload));
        }
    }

    [Fact]
    public void A_converter_may_serialise_a_bare_value_while_a_payload_is_written()
    {
        ReadOnlyMemory<byte> value = default;
        PayloadSerializer serializer = With(new HookConverter(() => value = _serializer.SerializeValue(new byte[] { 8 })));

        EventPayload payload = serializer.SerializeEvent("outer", [new Hook(), new byte[] { 1 }]);

        Assert.Equal("\"CA==\"", Wire.Text(value));
        Assert.Equal($"""["outer","hook",{P0}] 01""", Shown(payload));
    }

    [Fact]
    public void A_converter_may_fail_to_serialise_another_payload_and_go_on()
    {
        PayloadSerializer failing = With(new FailingConverter());
        PayloadSerializer serializer = With(new HookConverter(() => Assert.Throws<NotSupportedException>(() => failing.SerializeAck([new byte[] { 8 }, new Failing()]))));

        Assert.Equal($"""[{P0},"hook",{P1}] 01 02""", Shown(serializer.SerializeAck([new byte[] { 1 }, new Hook(), new byte[] { 2 }])));
    }

    [Theory]
    [InlineData("1", 1)]
    [InlineData("-7", -7)]
    public void An_argument_is_read_as_its_type(string json, int expected) => Assert.Equal(expected, _serializer.Deserialize<int>(Argument(json)));

    [Fact]
    public void An_argument_that_does_not_fit_its_type_is_an_exception_of_JSON()
    {
        Assert.Throws<JsonException>(() => _serializer.Deserialize<int>(Argument("\"1\"")));
        Assert.Throws<JsonException>(() => _serializer.Deserialize<string>(Argument("\"\\ud800\"")));
        Assert.Throws<JsonException>(() => _serializer.Deserialize<Album>(Argument("{\"\\ud800\":[}")));
        Assert.Throws<JsonException>(() => _serializer.Deserialize<int>(default));
    }

    [Theory]
    [InlineData(P0, "01")]
    [InlineData(P1, "")]
    [InlineData("{\"num\":0,\"_placeholder\":true}", "01")]
    [InlineData("{\"\\u005Fplaceholder\":true,\"\\u006eum\":0,\"\\ud800\":[{}]}", "01")]
    [InlineData("{\"_placeholder\":true,\"num\":0,\"more\":{\"num\":1}}", "01")]
    [InlineData("\"AgM=\"", "0203")]
    [InlineData("\"\"", "")]
    [InlineData("null", null)]
    public void A_binary_argument_is_a_placeholder_or_base64_or_null(string json, string? hex)
    {
        EventArgument argument = Argument(json, [1], []);

        Assert.Equal(hex, _serializer.Deserialize<byte[]>(argument) is { } bytes ? Convert.ToHexStringLower(bytes) : null);
        Assert.Equal(hex ?? "", Convert.ToHexStringLower(_serializer.Deserialize<Memory<byte>>(argument).Span));
        Assert.Equal(hex ?? "", Convert.ToHexStringLower(_serializer.Deserialize<ReadOnlyMemory<byte>>(argument).Span));
    }

    [Theory]
    [InlineData(P2)]
    [InlineData("{\"_placeholder\":true,\"num\":-1}")]
    [InlineData("{\"_placeholder\":true,\"num\":0,\"num\":\"0\"}")]
    [InlineData("{\"_placeholder\":false,\"num\":0}")]
    [InlineData("{\"num\":0}")]
    [InlineData("{}")]
    [InlineData("{\"\\ud800\":1}")]
    [InlineData("{\"\\u005\":1}")]
    [InlineData("\"?\"")]
    [InlineData("\"\\ud800\"")]
    [InlineData("1")]
    [InlineData("[1]")]
    [InlineData("true")]
    public void Anything_else_is_no_binary_argument(string json)
    {
        Assert.ThrowsAny<JsonException>(() => _serializer.Deserialize<byte[]>(Argument(json, [1], [])));
        Assert.ThrowsAny<JsonException>(() => _serializer.Deserialize<Memory<byte>>(Argument(json, [1], [])));
    }

    [Fact]
    public void A_placeholder_without_attachments_is_no_binary_argument()
    {
        Assert.Throws<JsonException>(() => _serializer.Deserialize<byte[]>(Argument(P0)));
        Assert.Throws<JsonException>(() => _serializer.Deserialize<byte[]>(new EventArgument(Wire.Utf8(P0), null!)));
    }

    [Fact]
    public void An_attachment_that_is_part_of_a_larger_array_is_read_as_that_part()
    {
        var argument = new EventArgument(Wire.Utf8(P0), [new byte[] { 1, 2, 3 }.AsMemory(1, 1)]);

        Assert.Equal([2], _serializer.Deserialize<byte[]>(argument));
    }

    [Fact]
    public void What_was_written_is_read_back()
    {
        var album = new Album("a", [new Picture("p", [1], new byte[] { 2 }, new byte[] { 3 }), new Picture("q", null, default, default)]);

        Album? read = _serializer.Deserialize<Album>(Sent(_serializer.SerializeEvent("x", album))[0]);

        Assert.Equal("a", read!.Title);
        Assert.Equal([1], read.Pictures[0].Thumbnail!);
        Assert.Equal([2], read.Pictures[0].Pixels.ToArray());
        Assert.Equal([3], read.Pictures[0].Raw.ToArray());
        Assert.Null(read.Pictures[1].Thumbnail);
    }

    [Fact]
    public void Missing_and_null_members_take_their_defaults()
    {
        Assert.Equal(new Optional(), _serializer.Deserialize<Optional>(Argument("{}")));
        Assert.Equal(new Optional(Number: null), _serializer.Deserialize<Optional>(Argument("{\"number\":null,\"text\":null,\"bytes\":null}")));
        Assert.Null(_serializer.Deserialize<Optional>(Argument("null")));
    }

    [Fact]
    public void A_converter_may_read_another_argument_while_one_is_read()
    {
        byte[]? inner = null;
        PayloadSerializer serializer = With(new HookConverter(() => inner = _serializer.Deserialize<byte[]>(Argument(P0, [8]))));

        HookThenBytes? read = serializer.Deserialize<HookThenBytes>(Argument($$"""{"hook":"hook","bytes":{{P0}}}""", [1]));

        Assert.Equal([8], inner!);
        Assert.Equal([1], read!.Bytes);
    }

    [Theory]
    [InlineData("\"\\ud800\"")]
    [InlineData("{\"\\ud800\":[\"\\udc00\",1.0,12345678901234567890,-0,1E5]}")]
    [InlineData("\"\\u0041\\/é€\"")]
    [InlineData("{\"a\":1,\"a\":2}")]
    [InlineData("[ 1 , 2 ]")]
    public void An_argument_is_passed_on_as_it_came(string json)
    {
        Assert.Equal($"[\"x\",{json}]", Shown(_serializer.SerializeEvent("x", [Argument(json)])));
        Assert.Equal($"[\"x\",{json}]", Shown(_serializer.SerializeEvent("x", Argument(json))));
        Assert.Equal($"[\"x\",{P0},{json}] 02", Shown(_serializer.SerializeEvent("x", [new byte[] { 2 }, Argument(json, [1])])));
        Assert.Equal(json, Wire.Text(_serializer.SerializeValue(Argument(json, [1]))));
    }

    [Fact]
    public void An_argument_that_is_passed_on_gets_new_numbers_for_its_attachments()
    {
        EventArgument argument = Argument($"[{P1}, {{\"\\ud800\" : {P0}}},{P1}]", [1], [2]);

        Assert.Equal(
            $$"""["x",{{P0}},[{{P1}}, {"\ud800" : {{P2}}},{"_placeholder":true,"num":3}]] 09 02 01 02""",
            Shown(_serializer.SerializeEvent("x", [new byte[] { 9 }, argument])));
    }

    [Fact]
    public void Attachments_that_an_argument_does_not_refer_to_are_not_passed_on() =>
        Assert.Equal($"""["x",{P0}] 02""", Shown(_serializer.SerializeEvent("x", [Argument(P1, [1], [2], [3])])));

    [Theory]
    [InlineData("{\"_placeholder\":true,\"num\":7}")]
    [InlineData("{\"_placeholder\":true,\"num\":\"x\"}")]
    [InlineData("{\"_placeholder\":1,\"num\":0}")]
    public void What_only_looks_like_a_placeholder_is_passed_on_as_it_came(string json) =>
        Assert.Equal($"[{json}]", Shown(_serializer.SerializeAck([Argument(json, [1])])));

    [Fact]
    public void What_stands_inside_a_placeholder_is_dropped_with_it() =>
        Assert.Equal(
            $"[[{P0},1]] 01",
            Shown(_serializer.SerializeAck([Argument("[{\"x\":{\"_placeholder\":true,\"num\":1},\"_placeholder\":true,\"y\":[" + P1 + "],\"num\":0},1]", [1], [2])])));

    [Fact]
    public void No_argument_at_all_is_passed_on_as_null() => Assert.Equal("[null]", Shown(_serializer.SerializeAck([default(EventArgument)])));

    [Fact]
    public void An_argument_may_be_read_as_it_is()
    {
        EventArgument argument = Argument("{\"a\": 1}", [1]);

        Assert.Equal(argument, _serializer.Deserialize<EventArgument>(argument));
    }

    [Fact]
    public void A_part_of_an_argument_may_be_read_as_it_is_and_passed_on()
    {
        Envelope? envelope = _serializer.Deserialize<Envelope>(Argument($$$"""{"to":"you","content":{"é\ud800": [1.0, {{{P1}}}]}}""", [1], [2]));

        Assert.Equal($$"""{"é\ud800": [1.0, {{P1}}]}""", Wire.Text(envelope!.Content.Json));
        Assert.Equal($$"""[{"é\ud800": [1.0, {{P0}}]}] 02""", Shown(_serializer.SerializeAck<EventArgument>(envelope.Content)));
    }

    [Theory]
    [InlineData(200)]
    [InlineData(511)]
    public void What_is_nested_as_deep_as_a_packet_may_be_is_read_and_passed_on(int depth)
    {
        string json = new string('[', depth) + new string(']', depth);
        EventArguments arguments = EventArguments.From(Wire.Packet($"42[\"x\",{json}]"));

        JsonElement read = _serializer.Deserialize<JsonElement>(arguments[0]);

        Assert.Equal($"[{json}]", Shown(_serializer.SerializeAck<JsonElement>(read)));
        Assert.Equal($"[{json}]", Shown(_serializer.SerializeAck([arguments[0]])));
        Assert.Equal($"[{json}]", Shown(_serializer.SerializeAck([arguments[0] with { Attachments = [new byte[] { 1 }] }])));
    }

    [Fact]
    public void A_depth_that_the_application_chose_is_kept()
    {
        var serializer = new PayloadSerializer(new JsonSerializerOptions { MaxDepth = 3 });

        Assert.Throws<JsonException>(() => serializer.Deserialize<JsonElement>(Argument("[[[[]]]]")));
    }

    [Fact]
    public void A_deep_argument_with_attachments_is_passed_on_as_fast_as_a_flat_one()
    {
        // Looking ahead for a placeholder at every brace would read the middle 500 times over. The bound is far from either.
        EventArgument flat = Nested(0);
        EventArgument deep = Nested(500);

        Assert.InRange(FastestOf(5, deep) / FastestOf(5, flat), 0, 15);
    }

    [Fact]
    public void Source_generated_types_carry_attachments()
    {
        var album = new Album("a", [new Picture("p", [1], new byte[] { 2 }, new byte[] { 3 })]);
        var serializer = new PayloadSerializer(MetadataContext.Default.Options);

        EventPayload payload = serializer.SerializeEvent("x", album);

        Assert.Equal($$"""["x",{"title":"a","pictures":[{"name":"p","thumbnail":{{P0}},"pixels":{{P1}},"raw":{{P2}}}]}] 01 02 03""", Shown(payload));
        Assert.Equal([2], serializer.Deserialize<Album>(Sent(payload)[0])!.Pictures[0].Pixels.ToArray());
    }

    [Fact]
    public void Code_that_was_generated_for_speed_does_not_turn_attachments_into_base64()
    {
        var serializer = new PayloadSerializer(new JsonSerializerOptions { TypeInfoResolver = FastPathContext.Default, PropertyNamingPolicy = JsonNamingPolicy.CamelCase });

        Assert.Equal($$"""[{"name":"p","thumbnail":{{P0}},"pixels":{{P1}},"raw":{{P2}}}] 01  03""", Shown(serializer.SerializeAck(new Picture("p", [1], default, new byte[] { 3 }))));
    }

    [Fact]
    public void Without_reflection_the_usual_types_are_still_known()
    {
        var serializer = new PayloadSerializer(new JsonSerializerOptions { TypeInfoResolver = MetadataContext.Default });

        Assert.Equal("[1,\"two\",true,3.5,4,[\"five\"]]", Shown(serializer.SerializeAck([1, "two", true, 3.5, 4L, new[] { "five" }])));
        Assert.Throws<NotSupportedException>(() => serializer.SerializeAck<Envelope>(new Envelope("x", default)));
    }

    [Fact]
    public void The_options_of_the_application_are_copied()
    {
        JsonSerializerOptions options = PayloadSerializer.CreateOptions();
        var serializer = new PayloadSerializer(options);

        options.PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseUpper;

        Assert.StartsWith("[{\"to\":", Shown(serializer.SerializeAck(new Envelope("x", default))));
    }

    [Fact]
    public void A_converter_of_the_application_for_binary_wins()
    {
        PayloadSerializer serializer = With(new HexConverter());

        Assert.Equal("[\"0102\"]", Shown(serializer.SerializeAck<byte[]>([1, 2])));
    }

    [Fact]
    public void Numbers_are_not_read_from_text() => Assert.Throws<JsonException>(() => _serializer.Deserialize<double>(Argument("\"1.5\"")));

    [Fact]
    public void A_number_beyond_every_double_is_read_as_infinity_and_infinity_is_written_as_null()
    {
        double read = _serializer.Deserialize<double>(Argument("1e999"));

        Assert.Equal(double.PositiveInfinity, read);
        Assert.Equal("[null]", Shown(_serializer.SerializeAck<double>(read)));
        Assert.Equal("[null,null,1.5]", Shown(_serializer.SerializeAck([double.NaN, float.NegativeInfinity, 1.5f])));
        Assert.Equal("[[1,null]]", Shown(_serializer.SerializeAck<double?[]>([1, read])));
        Assert.Equal("[1e999]", Shown(_serializer.SerializeAck([Argument("1e999")])));
    }

    [Fact]
    public void A_double_is_still_the_key_of_a_dictionary() =>
        Assert.Equal("[{\"1.5\":2}]", Shown(_serializer.SerializeAck(new Dictionary<double, int> { [1.5] = 2 })));

    [Fact]
    public void The_number_handling_of_the_application_stays()
    {
        var serializer = new PayloadSerializer(new System.Text.Json.JsonSerializerOptions(PayloadSerializer.CreateOptions())
        {
            NumberHandling = System.Text.Json.Serialization.JsonNumberHandling.AllowNamedFloatingPointLiterals,
        });

        Assert.Equal("[\"Infinity\"]", Shown(serializer.SerializeAck<double>(double.PositiveInfinity)));
    }

    [Fact]
    public void An_array_of_objects_is_all_arguments_and_not_one()
    {
        object?[] arguments = [1, "a", null];

        Assert.Equal("[1,\"a\",null]", Shown(_serializer.SerializeAck(arguments)));
        Assert.Equal("[\"name\",1,\"a\",null]", Shown(_serializer.SerializeEvent("name", arguments)));
    }

    [Fact]
    public async Task Payloads_on_many_threads_do_not_mix()
    {
        await Parallel.ForAsync(0, 2000, (i, _) =>
        {
            byte[] mine = BitConverter.GetBytes(i);

            Assert.Equal($"[{i},{P0}] {Convert.ToHexStringLower(mine)}", Shown(_serializer.SerializeAck([i, mine])));
            return ValueTask.CompletedTask;
        });
    }

    private static EventArgument Nested(int depth)
    {
        string middle = $"[{string.Join(',', Enumerable.Repeat("\"text\"", 20_000))},{P0}]";
        return Argument(string.Concat(Enumerable.Repeat("{\"a\":", depth)) + middle + new string('}', depth), [1]);
    }

    private double FastestOf(int runs, EventArgument argument) => Enumerable.Range(0, runs).Min(_ =>
    {
        long start = TimeProvider.System.GetTimestamp();
        Assert.Equal(argument.Json.Length + 2, _serializer.SerializeAck([argument]).Data.Length);
        return TimeProvider.System.GetElapsedTime(start).TotalMilliseconds;
    });

    private static PayloadSerializer With(JsonConverter converter)
    {
        JsonSerializerOptions options = PayloadSerializer.CreateOptions();
        options.Converters.Add(converter);
        return new PayloadSerializer(options);
    }

    private static string Shown(EventPayload payload) =>
        string.Join(' ', payload.Attachments.Select(attachment => Convert.ToHexStringLower(attachment.Span)).Prepend(Wire.Text(payload.Data)));

    private static EventArgument Argument(string json, params byte[][] attachments) =>
        new(Wire.Utf8(json), [.. attachments.Select(attachment => new ReadOnlyMemory<byte>(attachment))]);

    // What the other side gets: the attachments are arrays of its own.
    private static EventArguments Sent(EventPayload payload)
    {
        Packet packet = Wire.Packet($"45{payload.Attachments.Count}-{Wire.Text(payload.Data)}");
        var partial = new PartialPacket(packet);
        foreach (ReadOnlyMemory<byte> attachment in payload.Attachments)
        {
            partial.TryComplete(new ReadOnlySequence<byte>(attachment), out packet);
        }

        return EventArguments.From(packet);
    }

    private sealed record Hook;

    private sealed record HookThenBytes(Hook Hook, byte[] Bytes);

    private sealed record Failing;

    private sealed class HookConverter(Action hook) : JsonConverter<Hook>
    {
        public override Hook Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
        {
            hook();
            return new Hook();
        }

        public override void Write(Utf8JsonWriter writer, Hook value, JsonSerializerOptions options)
        {
            hook();
            writer.WriteStringValue("hook");
        }
    }

    private sealed class FailingConverter : JsonConverter<Failing>
    {
        public override Failing Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => throw new NotSupportedException();

        public override void Write(Utf8JsonWriter writer, Failing value, JsonSerializerOptions options) => throw new NotSupportedException("on purpose");
    }

    private sealed class HexConverter : JsonConverter<byte[]>
    {
        public override byte[] Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => Convert.FromHexString(reader.GetString()!);

        public override void Write(Utf8JsonWriter writer, byte[] value, JsonSerializerOptions options) => writer.WriteStringValue(Convert.ToHexString(value));
    }
}
