using Microsoft.Extensions.Options;

namespace Realtime.Core.Hosting;

/// <summary>Refuses options that cannot work, with a message that names them.</summary>
internal sealed class RealtimeOptionsValidator : IValidateOptions<RealtimeOptions>
{
    public ValidateOptionsResult Validate(string? name, RealtimeOptions options)
    {
        var wrong = new List<string>();
        CheckConnections(options, Check);
        CheckMessages(options, Check);
        CheckAuthentication(options, Check);
        CheckLimits(options, Check);
        CheckIdempotency(options, Check);
        CheckRecovery(options, Check);
        CheckPresence(options, Check);
        return wrong.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(wrong);

        void Check(bool holds, string message)
        {
            if (!holds)
            {
                wrong.Add(string.IsNullOrEmpty(name) ? message : $"{name}: {message}");
            }
        }
    }

    private static void CheckConnections(RealtimeOptions options, Action<bool, string> check)
    {
        check(options.Heartbeat.Interval >= TimeSpan.FromMilliseconds(10), "Heartbeat.Interval must be at least 10 ms.");
        check(options.Heartbeat.Timeout >= TimeSpan.FromMilliseconds(10), "Heartbeat.Timeout must be at least 10 ms.");
        check(options.Heartbeat.MaxMissed >= 1, "Heartbeat.MaxMissed must be at least 1.");
        check(options.Heartbeat.MaxMissed == 1 || options.Heartbeat.Timeout <= options.Heartbeat.Interval, "Heartbeat.Timeout must not exceed Heartbeat.Interval when more than one ping may be missed.");
        check(options.Connections.Transports.Count > 0, "Connections.Transports must name at least one transport.");
        check(options.Connections.MaxMessageBytes >= 1, "Connections.MaxMessageBytes must be at least 1.");
        check(options.Connections.MaxBufferedBytes >= 1, "Connections.MaxBufferedBytes must be at least 1.");
        check(options.Connections.ConnectTimeout > TimeSpan.Zero, "Connections.ConnectTimeout must be positive.");
        check(options.Connections.AuthenticationTimeout > TimeSpan.Zero, "Connections.AuthenticationTimeout must be positive.");
        check(options.Connections.UpgradeTimeout > TimeSpan.Zero, "Connections.UpgradeTimeout must be positive.");
        check(options.Connections.CloseTimeout > TimeSpan.Zero, "Connections.CloseTimeout must be positive.");
    }

    private static void CheckMessages(RealtimeOptions options, Action<bool, string> check)
    {
        check(options.PacketLimits.MaxAttachments >= 0, "PacketLimits.MaxAttachments must not be negative.");
        check(options.PacketLimits.MaxDepth >= 2, "PacketLimits.MaxDepth must be at least 2.");
        check(options.AckTimeout > TimeSpan.Zero, "AckTimeout must be positive.");
        check(options.MaxWaitingEvents >= 1, "MaxWaitingEvents must be at least 1.");
        check(options.FanOut.BatchSize >= 1, "FanOut.BatchSize must be at least 1.");
        check(options.FanOut.MaxParallelBatches >= 0, "FanOut.MaxParallelBatches must not be negative.");
        check(options.PacketLimits.MaxEventNameBytes >= 1, "PacketLimits.MaxEventNameBytes must be at least 1.");
    }

    private static void CheckAuthentication(RealtimeOptions options, Action<bool, string> check)
    {
        check(options.Authentication.Timeout > TimeSpan.Zero && options.Authentication.Timeout.TotalMilliseconds <= int.MaxValue, "Authentication.Timeout must be positive and at most 24 days.");
        check(options.Authentication.ExpiryGrace >= TimeSpan.Zero, "Authentication.ExpiryGrace must not be negative.");
        check(options.Authentication.MinRefreshInterval >= TimeSpan.Zero, "Authentication.MinRefreshInterval must not be negative.");
        check(options.Authentication.RevocationMemory >= TimeSpan.Zero && options.Authentication.RevocationMemory <= TimeSpan.FromDays(3650), "Authentication.RevocationMemory must be between zero and ten years.");
        check(options.Authentication.MaxRevocations >= 1, "Authentication.MaxRevocations must be at least 1.");
    }

    private static void CheckLimits(RealtimeOptions options, Action<bool, string> check)
    {
        check(options.Connections.MaxConnections is null or >= 1, "Connections.MaxConnections must be at least 1, or null for no limit.");
        check(options.Connections.MaxConnectionsPerAddress is null or >= 1, "Connections.MaxConnectionsPerAddress must be at least 1, or null for no limit.");
        check(options.Limits.MaxConnectionsPerUser is null or >= 1, "Limits.MaxConnectionsPerUser must be at least 1, or null for no limit.");
        check(Enum.IsDefined(options.Limits.UserLimitPolicy), "Limits.UserLimitPolicy must be one of its values.");
        check(options.Limits.MaxRefusals is null or >= 1, "Limits.MaxRefusals must be at least 1, or null to close no connection.");
        check(options.Limits.RefusalWindow > TimeSpan.Zero, "Limits.RefusalWindow must be positive.");
        check(options.Limits.MaxIdlePartitions >= 0, "Limits.MaxIdlePartitions must not be negative.");
    }

    private static void CheckRecovery(RealtimeOptions options, Action<bool, string> check)
    {
        check(options.Recovery.ClientWindow is >= 1 and <= 65_536, "Recovery.ClientWindow must be between 1 and 65,536.");
        check(options.Recovery.StockHistory >= 1, "Recovery.StockHistory must be at least 1.");
        check(options.Recovery.ReconnectSpread >= TimeSpan.Zero && options.Recovery.ReconnectSpread <= TimeSpan.FromMinutes(1), "Recovery.ReconnectSpread must be between zero and a minute.");
        check(options.Recovery.Sessions.Window > TimeSpan.Zero, "Recovery.Sessions.Window must be positive.");
        check(options.Recovery.Sessions.MaxSessions >= 1, "Recovery.Sessions.MaxSessions must be at least 1.");
        check(options.Recovery.Sessions.YieldTimeout > TimeSpan.Zero, "Recovery.Sessions.YieldTimeout must be positive.");
        check(options.Recovery.Sessions.TouchInterval > TimeSpan.Zero, "Recovery.Sessions.TouchInterval must be positive.");
        check(options.Recovery.Retention.MaxEntries >= 1, "Recovery.Retention.MaxEntries must be at least 1.");
        check(options.Recovery.Retention.MaxBytes >= 1, "Recovery.Retention.MaxBytes must be at least 1.");
        check(options.Recovery.Retention.MaxTotalBytes >= 1, "Recovery.Retention.MaxTotalBytes must be at least 1.");
        check(options.Recovery.Retention.MaxClosedLogs >= 1, "Recovery.Retention.MaxClosedLogs must be at least 1.");
        check(options.Recovery.Retention.MaxAge >= options.Recovery.Sessions.Window, "Recovery.Retention.MaxAge must be at least Recovery.Sessions.Window, or clients come back to logs that are gone.");
    }

    private static void CheckPresence(RealtimeOptions options, Action<bool, string> check)
    {
        check(options.Presence.MaxListed >= 1, "Presence.MaxListed must be at least 1.");
        check(options.Presence.ChangeInterval >= TimeSpan.Zero && options.Presence.ChangeInterval <= TimeSpan.FromHours(1), "Presence.ChangeInterval must be between zero and an hour.");
    }

    private static void CheckIdempotency(RealtimeOptions options, Action<bool, string> check)
    {
        check(options.Idempotency.Lease >= TimeSpan.FromSeconds(1) && options.Idempotency.Lease <= TimeSpan.FromDays(1), "Idempotency.Lease must be between a second and a day.");
        check(options.Idempotency.MaxKeyLength >= 1, "Idempotency.MaxKeyLength must be at least 1.");
        check(options.Idempotency.MinRetention >= TimeSpan.Zero, "Idempotency.MinRetention must not be negative.");
        check(options.Idempotency.Retention >= options.Idempotency.MinRetention, "Idempotency.Retention must be at least Idempotency.MinRetention.");
        check(options.Idempotency.MaxKeys >= 1, "Idempotency.MaxKeys must be at least 1.");
        check(options.Idempotency.MaxBytes >= 1, "Idempotency.MaxBytes must be at least 1.");
    }
}
