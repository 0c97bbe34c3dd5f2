using System.Globalization;
using Realtime.Checker;

namespace Realtime.Simulation;

/// <summary>The log of a run. Ids that the server draws at random get names in the order in which they appear, so that the same seed writes the same log.</summary>
/// <remarks>Confined to the thread of the run.</remarks>
internal sealed class Recorder(VirtualTime time)
{
    private readonly Dictionary<string, string> _names = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> _privateRooms = new(StringComparer.Ordinal);
    private readonly Dictionary<char, int> _counts = [];

    internal List<LogRecord> Records { get; } = new(8192);

    internal void Add(LogRecord record) => Records.Add(record with { Time = time.Now.Ticks / TimeSpan.TicksPerMicrosecond });

    internal string Session(string id) => Name(id, 's');

    internal string Stream(string id) => Name(id, 't');

    /// <summary>The private room of a socket has the name of its session here.</summary>
    internal void NamePrivateRoom(string socketId, string session) => _privateRooms[socketId] = $"/#me-{Session(session)}";

    internal string Room(string room) => _privateRooms.TryGetValue(room, out string? name) ? name : $"/#{room}";

    private string Name(string id, char kind)
    {
        if (!_names.TryGetValue(id, out string? name))
        {
            int count = _counts[kind] = _counts.GetValueOrDefault(kind) + 1;
            _names[id] = name = kind + count.ToString(CultureInfo.InvariantCulture);
        }

        return name;
    }
}
