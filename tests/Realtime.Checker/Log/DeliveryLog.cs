using System.Buffers;
using System.Text.Json;

namespace Realtime.Checker;

/// <summary>Writes the log of a process. A record costs about a microsecond, and no I/O most of the time.</summary>
/// <remarks>
/// Thread-safe. The records of one thread are in the order in which it added them. Records are written to the operating system when 64 KiB have come
/// together, after <see cref="FlushInterval"/>, and at once for those that must not be lost because others speak of what they announce
/// (<see cref="RecordKind.Send"/>, <see cref="RecordKind.Join"/>, …). So a process that is killed loses the last moment of what it saw, and at most one
/// line is torn. Bounded by those 64 KiB and one record: when the disk is slow, who adds a record waits.
/// </remarks>
public sealed class DeliveryLog : IDisposable
{
    /// <summary>How long a record stays in memory at most, unless the process is stopped.</summary>
    public static readonly TimeSpan FlushInterval = TimeSpan.FromMilliseconds(50);

    private const int Full = 64 * 1024;

    private readonly Lock _gate = new();
    private readonly FileStream _file;
    private readonly ArrayBufferWriter<byte> _buffer = new(Full + 4096);
    private readonly Utf8JsonWriter _json;
    private readonly TimeProvider _time;
    private readonly long _started;
    private readonly ITimer _timer;
    private bool _disposed;

    /// <summary>Opens a log; goes on behind what an earlier process left there.</summary>
    /// <param name="path">The file, by convention with the extension <c>jsonl</c>. Its folder is made.</param>
    /// <param name="time">The clock; the one of the system when there is none.</param>
    public DeliveryLog(string path, TimeProvider? time = null)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(path))!);
        CutTornLine(path);
        _file = new FileStream(path, FileMode.Append, FileAccess.Write, FileShare.Read, bufferSize: 0);
        _json = new Utf8JsonWriter(_buffer, new JsonWriterOptions { Encoder = RecordFormat.Json.Encoder, SkipValidation = true });
        _time = time ?? TimeProvider.System;
        _started = _time.GetTimestamp();
        _timer = _time.CreateTimer(static log => ((DeliveryLog)log!).Flush(), this, FlushInterval, FlushInterval);
    }

    /// <summary>Adds a record. The log sets its time. After <see cref="Dispose"/> nothing happens.</summary>
    /// <param name="record">The record.</param>
    public void Add(LogRecord record)
    {
        lock (_gate)
        {
            if (_disposed)
            {
                return;
            }

            // The time is taken inside the lock, so that it grows from line to line.
            long microseconds = (long)_time.GetElapsedTime(_started).TotalMicroseconds;
            JsonSerializer.Serialize(_json, record with { Time = microseconds }, RecordFormat.Json);
            _json.Flush();
            _json.Reset();
            _buffer.Write("\n"u8);
            if (_buffer.WrittenCount >= Full || IsUrgent(record.Kind))
            {
                FlushLocked();
            }
        }
    }

    /// <summary>Writes what is in memory to the operating system. A process that is killed afterwards does not lose it; a machine that fails may.</summary>
    public void Flush()
    {
        lock (_gate)
        {
            if (!_disposed)
            {
                FlushLocked();
            }
        }
    }

    /// <summary>Writes what is in memory and closes the file.</summary>
    public void Dispose()
    {
        _timer.Dispose();
        lock (_gate)
        {
            if (!_disposed)
            {
                FlushLocked();
                _disposed = true;
                _json.Dispose();
                _file.Dispose();
            }
        }
    }

    // What other processes see the effect of: without these lines their logs would look wrong.
    private static bool IsUrgent(RecordKind kind) =>
        kind is RecordKind.Send or RecordKind.Ack or RecordKind.Control or RecordKind.Join or RecordKind.Leave or RecordKind.Claim
            or RecordKind.Start or RecordKind.Stop or RecordKind.Quiet or RecordKind.Crash or RecordKind.Drain;

    // A line that a killed process left unfinished would swallow the first one of this process.
    private static void CutTornLine(string path)
    {
        if (!File.Exists(path))
        {
            return;
        }

        using FileStream file = new(path, FileMode.Open, FileAccess.ReadWrite);
        long end = file.Length;
        while (end > 0)
        {
            file.Position = end - 1;
            if (file.ReadByte() == '\n')
            {
                break;
            }

            end--;
        }

        file.SetLength(end);
    }

    private void FlushLocked()
    {
        if (_buffer.WrittenCount > 0)
        {
            _file.Write(_buffer.WrittenSpan);
            _buffer.ResetWrittenCount();
        }
    }
}
