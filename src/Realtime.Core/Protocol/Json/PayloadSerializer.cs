using System.Diagnostics.CodeAnalysis;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;

namespace Realtime.Core.Protocol.Json;

/// <summary>Turns arguments into payloads and back, by System.Text.Json.</summary>
/// <remarks>
/// Thread-safe. <c>byte[]</c>, <see cref="Memory{T}"/> and <see cref="ReadOnlyMemory{T}"/> of bytes become attachments wherever they stand.
/// Types come from the resolver of the options: source-generated contexts work, and are required where reflection is off (native AOT).
/// </remarks>
public sealed class PayloadSerializer
{
    private readonly JsonSerializerOptions _options;
    private readonly JsonWriterOptions _writerOptions;

    /// <summary>Initializes a new instance of the <see cref="PayloadSerializer"/> class.</summary>
    /// <param name="options">The options to start from; they are copied. <see langword="null"/> takes those of <see cref="CreateOptions"/>.</param>
    public PayloadSerializer(JsonSerializerOptions? options = null)
    {
        _options = new JsonSerializerOptions(options ?? CreateOptions());
        if (!_options.Converters.Any(static converter => converter is ByteArrayConverter))
        {
            AddConverters(_options);
        }

        _options.TypeInfoResolver = JsonTypeInfoResolver.Combine(_options.TypeInfoResolver, JsonTypes.Default);
        if (_options.MaxDepth == 0)
        {
            // Zero stands for the 64 of System.Text.Json: less than what codecs accept, so a packet would be read and its argument refused.
            _options.MaxDepth = PacketLimits.Default.MaxDepth;
        }

        _options.MakeReadOnly();
        _writerOptions = new JsonWriterOptions { Encoder = _options.Encoder, MaxDepth = _options.MaxDepth, SkipValidation = true };
    }

    /// <summary>Makes the options that payloads have unless told otherwise: camel case, and text as itself rather than as escapes, as JavaScript writes it.</summary>
    /// <remarks>
    /// They are strict about what comes in: no null where the type allows none, no member missing that the type requires (by <c>required</c> or as a parameter of its
    /// constructor without a default), no member twice, no number in quotes. Members that the type does not have are ignored, so that a newer client can talk to an
    /// older server while both are rolled out; set <see cref="JsonSerializerOptions.UnmappedMemberHandling"/> to refuse them.
    /// Only characters beyond U+FFFF are escaped: System.Text.Json has no encoder that leaves them.
    /// </remarks>
    /// <returns>New options, free to change.</returns>
    public static JsonSerializerOptions CreateOptions() => new(JsonSerializerDefaults.Web)
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        NumberHandling = JsonNumberHandling.Strict,
        RespectNullableAnnotations = true,
        RespectRequiredConstructorParameters = true,
        AllowDuplicateProperties = false,
        TypeInfoResolver = CreateDefaultResolver(),
    };

    /// <summary>Makes the payload of an event with one typed argument.</summary>
    /// <typeparam name="T">The type of the argument.</typeparam>
    /// <param name="name">The name of the event.</param>
    /// <param name="argument">The argument.</param>
    /// <returns>The payload.</returns>
    public EventPayload SerializeEvent<T>(string name, T argument)
    {
        using PayloadScratch scratch = PayloadScratch.Begin(this, _writerOptions);
        scratch.Writer.WriteStringValue(name);
        WriteValue(scratch.Writer, argument);
        return scratch.Complete();
    }

    /// <summary>Makes the payload of an event with any arguments.</summary>
    /// <param name="name">The name of the event.</param>
    /// <param name="arguments">The arguments; each is written by its run-time type.</param>
    /// <returns>The payload.</returns>
    public EventPayload SerializeEvent(string name, ReadOnlySpan<object?> arguments)
    {
        using PayloadScratch scratch = PayloadScratch.Begin(this, _writerOptions);
        scratch.Writer.WriteStringValue(name);
        WriteValues(scratch.Writer, arguments);
        return scratch.Complete();
    }

    /// <inheritdoc cref="SerializeEvent(string, ReadOnlySpan{object?})" />
    public EventPayload SerializeEvent(string name, object?[] arguments) => SerializeEvent(name, (ReadOnlySpan<object?>)arguments); // or the array would be one argument

    /// <summary>Makes the payload of an acknowledgement with one typed argument.</summary>
    /// <typeparam name="T">The type of the argument.</typeparam>
    /// <param name="argument">The argument.</param>
    /// <returns>The payload.</returns>
    public EventPayload SerializeAck<T>(T argument)
    {
        using PayloadScratch scratch = PayloadScratch.Begin(this, _writerOptions);
        WriteValue(scratch.Writer, argument);
        return scratch.Complete();
    }

    /// <summary>Makes the payload of an acknowledgement with any arguments.</summary>
    /// <param name="arguments">The arguments; each is written by its run-time type.</param>
    /// <returns>The payload.</returns>
    public EventPayload SerializeAck(ReadOnlySpan<object?> arguments)
    {
        using PayloadScratch scratch = PayloadScratch.Begin(this, _writerOptions);
        WriteValues(scratch.Writer, arguments);
        return scratch.Complete();
    }

    /// <inheritdoc cref="SerializeAck(ReadOnlySpan{object?})" />
    public EventPayload SerializeAck(object?[] arguments) => SerializeAck((ReadOnlySpan<object?>)arguments);

    /// <summary>Serialises one value to JSON, without attachments: binary becomes base64.</summary>
    /// <param name="value">The value.</param>
    /// <returns>The JSON in UTF-8.</returns>
    public ReadOnlyMemory<byte> SerializeValue(object? value)
    {
        List<ReadOnlyMemory<byte>>? outer = BinaryScope.Writing;
        BinaryScope.Writing = null;
        try
        {
            return value is null ? "null"u8.ToArray() : JsonSerializer.SerializeToUtf8Bytes(value, _options.GetTypeInfo(value.GetType()));
        }
        finally
        {
            BinaryScope.Writing = outer;
        }
    }

    /// <summary>Gets what the serialiser knows of a type: its members and how they are called in JSON.</summary>
    /// <param name="type">The type.</param>
    /// <returns>What is known.</returns>
    /// <exception cref="NotSupportedException">The resolver of the options does not know the type.</exception>
    public JsonTypeInfo GetTypeInfo(Type type) => _options.GetTypeInfo(type);

    /// <summary>Tells whether the resolver of the options knows a type.</summary>
    internal bool Knows(Type type) => _options.TryGetTypeInfo(type, out _);

    /// <summary>Says where a member of a payload stands, as errors name it.</summary>
    /// <param name="type">The type of the payload.</param>
    /// <param name="memberName">The member by its names in .NET: <c>Text</c>, <c>Author.Name</c>, <c>Lines[3].Text</c>; empty for the payload itself.</param>
    /// <returns>The path in JSON: <c>$.text</c>, <c>$.author.name</c>, <c>$.lines[3].text</c>.</returns>
    public string GetMemberPath(Type type, string memberName) => MemberPath.Of(_options, type, memberName);

    /// <summary>Makes a serialiser whose options differ in something.</summary>
    /// <param name="configure">Changes a copy of the options.</param>
    /// <returns>The other serialiser.</returns>
    internal PayloadSerializer With(Action<JsonSerializerOptions> configure)
    {
        var options = new JsonSerializerOptions(_options);
        configure(options);
        return new PayloadSerializer(options);
    }

    /// <summary>Reads an argument as a type.</summary>
    /// <typeparam name="T">The type.</typeparam>
    /// <param name="argument">The argument.</param>
    /// <returns>The value.</returns>
    /// <exception cref="JsonException">The argument does not fit the type.</exception>
    public T? Deserialize<T>(in EventArgument argument)
    {
        if (typeof(T) == typeof(EventArgument))
        {
            return (T)(object)argument;
        }

        return Deserialize(in argument, (JsonTypeInfo<T>)_options.GetTypeInfo(typeof(T)));
    }

    /// <summary>Reads an argument that a client sent.</summary>
    /// <returns>What does not fit; <see langword="null"/> when it was read.</returns>
    internal PayloadError? TryDeserialize<T>(in EventArgument argument, out T? value)
    {
        if (typeof(T) == typeof(EventArgument))
        {
            value = (T)(object)argument;
            return null;
        }

        return TryDeserialize(in argument, (JsonTypeInfo<T>)_options.GetTypeInfo(typeof(T)), out value);
    }

    /// <summary>Reads an argument that a client sent, as a type that was looked up before.</summary>
    /// <returns>What does not fit; <see langword="null"/> when it was read.</returns>
    internal static PayloadError? TryDeserialize<T>(in EventArgument argument, JsonTypeInfo<T> type, out T? value)
    {
        try
        {
            value = Deserialize(in argument, type);
            return null;
        }
        catch (Exception misfit) when (Misfit.IsOne(misfit))
        {
            value = default;
            return Misfit.Describe(misfit, in argument, type);
        }
    }

    [UnconditionalSuppressMessage("Trimming", "IL2026", Justification = "Publishing trimmed or AOT turns the switch off, and the branch goes with it.")]
    [UnconditionalSuppressMessage("AOT", "IL3050", Justification = "Publishing AOT turns the switch off, and the branch goes with it.")]
    private static DefaultJsonTypeInfoResolver? CreateDefaultResolver() =>
        JsonSerializer.IsReflectionEnabledByDefault ? new DefaultJsonTypeInfoResolver() : null;

    private static T? Deserialize<T>(in EventArgument argument, JsonTypeInfo<T> type)
    {
        IReadOnlyList<ReadOnlyMemory<byte>>? outer = BinaryScope.Reading;
        BinaryScope.Reading = argument.Attachments;
        try
        {
            return JsonSerializer.Deserialize(argument.Json.Span, type);
        }
        finally
        {
            BinaryScope.Reading = outer;
        }
    }

    private static void AddConverters(JsonSerializerOptions options)
    {
        options.Converters.Add(new ByteArrayConverter());
        options.Converters.Add(new MemoryConverter());
        options.Converters.Add(new ReadOnlyMemoryConverter());
        options.Converters.Add(new EventArgumentConverter());
        if (options.NumberHandling == JsonNumberHandling.Strict)
        {
            // Converters of our own would ignore any other handling.
            options.Converters.Add(new DoubleConverter());
            options.Converters.Add(new SingleConverter());
        }
    }

    private void WriteValues(Utf8JsonWriter writer, ReadOnlySpan<object?> arguments)
    {
        foreach (object? argument in arguments)
        {
            if (argument is null)
            {
                writer.WriteNullValue();
            }
            else
            {
                JsonSerializer.Serialize(writer, argument, _options.GetTypeInfo(argument.GetType()));
            }
        }
    }

    private void WriteValue<T>(Utf8JsonWriter writer, T value) => JsonSerializer.Serialize(writer, value, (JsonTypeInfo<T>)_options.GetTypeInfo(typeof(T)));
}
