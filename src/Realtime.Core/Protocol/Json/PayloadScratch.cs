using System.Buffers;
using System.Text.Json;

namespace Realtime.Core.Protocol.Json;

/// <summary>A buffer and a writer that a thread keeps between payloads.</summary>
/// <remarks>Confined to one thread. Disposing it ends the payload, finished or not, and parks it for the next one.</remarks>
internal sealed class PayloadScratch : IDisposable
{
    [ThreadStatic]
    private static PayloadScratch? s_idle;

    private const int InitialCapacity = 512;
    private const int KeptCapacity = 64 * 1024;
    private readonly JsonWriterOptions _options;
    private readonly List<ReadOnlyMemory<byte>> _attachments = [];
    private ArrayBufferWriter<byte> _buffer;
    private List<ReadOnlyMemory<byte>>? _outer;

    private PayloadScratch(PayloadSerializer owner, JsonWriterOptions options)
    {
        Owner = owner;
        _options = options;
        _buffer = new ArrayBufferWriter<byte>(InitialCapacity);
        Writer = new Utf8JsonWriter(_buffer, options);
    }

    private PayloadSerializer Owner { get; }

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

        s_idle = this;
    }

    /// <summary>Begins a payload. The scratch is taken out while in use: a converter that emits from inside a serialisation gets one of its own.</summary>
    internal static PayloadScratch Begin(PayloadSerializer owner, JsonWriterOptions options)
    {
        PayloadScratch scratch = s_idle is { } idle && idle.Owner == owner ? idle : new PayloadScratch(owner, options);
        s_idle = null;
        scratch.Begin();
        return scratch;
    }

    private void Begin()
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
