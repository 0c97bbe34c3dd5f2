using System.Buffers;
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
    [ThreadStatic]
    private static Scratch? s_scratch;

    private readonly JsonSerializerOptions _options;
    private readonly JsonWriterOptions _writerOptions;

    /// <summary>Initializes a new instance of the <see cref="PayloadSerializer"/> class.</summary>
    /// <param name="options">The options to start from; they are copied. <see langword="null"/> takes those of <see cref="CreateOptions"/>.</param>
    public PayloadSerializer(JsonSerializerOptions? options = null)
    {
        _options = new JsonSerializerOptions(options ?? CreateOptions());
        _options.Converters.Add(new ByteArrayConverter());
        _options.Converters.Add(new MemoryConverter());
        _options.Converters.Add(new ReadOnlyMemoryConverter());
        _options.Converters.Add(new EventArgumentConverter());
        if (_options.NumberHandling == JsonNumberHandling.Strict)
        {
            // Converters of our own would ignore any other handling.
            _options.Converters.Add(new DoubleConverter());
            _options.Converters.Add(new SingleConverter());
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
    /// <remarks>Only characters beyond U+FFFF are escaped: System.Text.Json has no encoder that leaves them.</remarks>
    /// <returns>New options, free to change.</returns>
    public static JsonSerializerOptions CreateOptions() => new(JsonSerializerDefaults.Web)
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        NumberHandling = JsonNumberHandling.Strict,
        TypeInfoResolver = CreateDefaultResolver(),
    };

    /// <summary>Makes the payload of an event with one typed argument.</summary>
    /// <typeparam name="T">The type of the argument.</typeparam>
    /// <param name="name">The name of the event.</param>
    /// <param name="argument">The argument.</param>
    /// <returns>The payload.</returns>
    public EventPayload SerializeEvent<T>(string name, T argument)
    {
        using Scratch scratch = Begin();
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
        using Scratch scratch = Begin();
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
        using Scratch scratch = Begin();
        WriteValue(scratch.Writer, argument);
        return scratch.Complete();
    }

    /// <summary>Makes the payload of an acknowledgement with any arguments.</summary>
    /// <param name="arguments">The arguments; each is written by its run-time type.</param>
    /// <returns>The payload.</returns>
    public EventPayload SerializeAck(ReadOnlySpan<object?> arguments)
    {
        using Scratch scratch = Begin();
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

        IReadOnlyList<ReadOnlyMemory<byte>>? outer = BinaryScope.Reading;
        BinaryScope.Reading = argument.Attachments;
        try
        {
            return JsonSerializer.Deserialize(argument.Json.Span, (JsonTypeInfo<T>)_options.GetTypeInfo(typeof(T)));
        }
        finally
        {
            BinaryScope.Reading = outer;
        }
    }

    [UnconditionalSuppressMessage("Trimming", "IL2026", Justification = "Publishing trimmed or AOT turns the switch off, and the branch goes with it.")]
    [UnconditionalSuppressMessage("AOT", "IL3050", Justification = "Publishing AOT turns the switch off, and the branch goes with it.")]
    private static DefaultJsonTypeInfoResolver? CreateDefaultResolver() =>
        JsonSerializer.IsReflectionEnabledByDefault ? new DefaultJsonTypeInfoResolver() : null;

    // The scratch is taken out while in use: a converter that emits from inside a serialisation gets one of its own.
    private Scratch Begin()
    {
        Scratch scratch = s_scratch is { } idle && idle.Owner == this ? idle : new Scratch(this, _writerOptions);
        s_scratch = null;
        scratch.Begin();
        return scratch;
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

    /// <summary>A buffer and a writer that a thread keeps between payloads.</summary>
    /// <remarks>Confined to one thread. Disposing it ends the payload, finished or not, and parks it for the next one.</remarks>
    private sealed class Scratch : IDisposable
    {
        private const int InitialCapacity = 512;
        private const int KeptCapacity = 64 * 1024;
        private readonly JsonWriterOptions _options;
        private readonly List<ReadOnlyMemory<byte>> _attachments = [];
        private ArrayBufferWriter<byte> _buffer;
        private List<ReadOnlyMemory<byte>>? _outer;

        internal Scratch(PayloadSerializer owner, JsonWriterOptions options)
        {
            Owner = owner;
            _options = options;
            _buffer = new ArrayBufferWriter<byte>(InitialCapacity);
            Writer = new Utf8JsonWriter(_buffer, options);
        }

        internal PayloadSerializer Owner { get; }

        internal Utf8JsonWriter Writer { get; private set; }

        public void Dispose()
        {
            // What a failed serialisation collected must not turn up in the next packet.
            BinaryScope.Writing = _outer;
            _outer = null;
            _attachments.Clear();
            if (_buffer.Capacity > KeptCapacity)
            {
                // One huge payload must not stay with the thread for ever.
                _buffer = new ArrayBufferWriter<byte>(InitialCapacity);
                Writer = new Utf8JsonWriter(_buffer, _options);
            }

            s_scratch = this;
        }

        internal void Begin()
        {
            _buffer.ResetWrittenCount();
            Writer.Reset();
            _outer = BinaryScope.Writing;
            BinaryScope.Writing = _attachments;
            Writer.WriteStartArray();
        }

        internal EventPayload Complete()
        {
            Writer.WriteEndArray();
            Writer.Flush();
            return new EventPayload(_buffer.WrittenSpan.ToArray(), _attachments.Count == 0 ? [] : _attachments.ToArray());
        }
    }
}
