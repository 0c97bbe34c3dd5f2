using System.Diagnostics.CodeAnalysis;

namespace Chat;

/// <summary>The files of all rooms, in bounded memory: when they become too many, the oldest goes.</summary>
/// <remarks>Guarded by <c>_gate</c>.</remarks>
public sealed class FileStore
{
    private const long MaxBytes = 256 * 1024 * 1024;
    private readonly Lock _gate = new();
    private readonly Dictionary<string, StoredFile> _files = [];
    private readonly LinkedList<StoredFile> _oldestFirst = [];
    private long _bytes;

    public StoredFile Add(string room, Member author, string name, string type, long size)
    {
        var file = new StoredFile(room, author, new SharedFile(Guid.NewGuid().ToString("N"), name, type, size));
        lock (_gate)
        {
            _files.Add(file.Shared.Id, file);
            _oldestFirst.AddLast(file);
            _bytes += size; // as announced: an upload that is never finished counts too
            while (_bytes > MaxBytes)
            {
                RemoveLocked(_oldestFirst.First!.Value);
            }
        }

        return file;
    }

    public StoredFile? Find(string? id)
    {
        lock (_gate)
        {
            return id is not null ? _files.GetValueOrDefault(id) : null;
        }
    }

    /// <summary>Gets a file to put into a message: complete, and the author's own.</summary>
    public bool TryGetShared(string id, string room, Member author, [NotNullWhen(true)] out SharedFile? shared)
    {
        shared = Find(id) is { IsComplete: true } file && file.Author == author && file.Room == room ? file.Shared : null;
        return shared is not null;
    }

    public void Remove(StoredFile file)
    {
        lock (_gate)
        {
            RemoveLocked(file);
        }
    }

    private void RemoveLocked(StoredFile file)
    {
        if (_files.Remove(file.Shared.Id))
        {
            _oldestFirst.Remove(file);
            _bytes -= file.Shared.Size;
        }
    }
}
