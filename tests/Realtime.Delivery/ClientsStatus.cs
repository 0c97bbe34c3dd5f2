using System.Diagnostics;

namespace Realtime.Delivery;

/// <summary>Where the clients of a process stand.</summary>
/// <remarks>Immutable.</remarks>
internal sealed record ClientsStatus
{
    public int Connected { get; init; }

    public string[] Missing { get; init; } = [];

    public long Sent { get; init; }

    public long Open { get; init; }

    public long Acked { get; init; }

    public long Unknown { get; init; }

    public long TimedOut { get; init; }

    public long Refused { get; init; }

    public long Received { get; init; }

    public long Resumes { get; init; }

    public long Sessions { get; init; }

    public long Gaps { get; init; }

    public double QuietSeconds { get; init; }

    public string[] Unexpected { get; init; } = [];

    public static ClientsStatus operator +(ClientsStatus left, ClientsStatus right) => new()
    {
        Connected = left.Connected + right.Connected,
        Missing = [.. left.Missing, .. right.Missing],
        Sent = left.Sent + right.Sent,
        Open = left.Open + right.Open,
        Acked = left.Acked + right.Acked,
        Unknown = left.Unknown + right.Unknown,
        TimedOut = left.TimedOut + right.TimedOut,
        Refused = left.Refused + right.Refused,
        Received = left.Received + right.Received,
        Resumes = left.Resumes + right.Resumes,
        Sessions = left.Sessions + right.Sessions,
        Gaps = left.Gaps + right.Gaps,
        QuietSeconds = Math.Min(left.QuietSeconds, right.QuietSeconds),
        Unexpected = [.. left.Unexpected, .. right.Unexpected],
    };

    internal static ClientsStatus Of(DeliveryClient[] clients) => new()
    {
        Connected = clients.Count(static client => client.IsConnected),
        Missing = [.. clients.Where(static client => !client.IsConnected || client.Tally.Open > 0).Select(static client => client.ToString())],
        Sent = clients.Sum(static client => client.Tally.Sent),
        Open = clients.Sum(static client => client.Tally.Open),
        Acked = clients.Sum(static client => client.Tally.Acked),
        Unknown = clients.Sum(static client => client.Tally.Unknown),
        TimedOut = clients.Sum(static client => client.Tally.TimedOut),
        Refused = clients.Sum(static client => client.Tally.Refused),
        Received = clients.Sum(static client => client.Tally.Received),
        Resumes = clients.Sum(static client => client.Tally.Resumes),
        Sessions = clients.Sum(static client => client.Tally.Sessions),
        Gaps = clients.Sum(static client => client.Tally.Gaps),
        QuietSeconds = clients.Min(static client => Stopwatch.GetElapsedTime(client.Tally.LastSeen).TotalSeconds),
        Unexpected = [.. clients.Select(static client => client.Tally.Unexpected).OfType<string>()],
    };
}
