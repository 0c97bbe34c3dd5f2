using Microsoft.Extensions.Options;

namespace Realtime.Core.Hosting;

/// <summary>Refuses options that cannot work, with a message that names them.</summary>
internal sealed class RealtimeOptionsValidator : IValidateOptions<RealtimeOptions>
{
    public ValidateOptionsResult Validate(string? name, RealtimeOptions options)
    {
        var wrong = new List<string>();
        Check(options.Heartbeat.Interval >= TimeSpan.FromMilliseconds(10), "Heartbeat.Interval must be at least 10 ms.");
        Check(options.Heartbeat.Timeout >= TimeSpan.FromMilliseconds(10), "Heartbeat.Timeout must be at least 10 ms.");
        Check(options.Heartbeat.MaxMissed >= 1, "Heartbeat.MaxMissed must be at least 1.");
        Check(options.Heartbeat.MaxMissed == 1 || options.Heartbeat.Timeout <= options.Heartbeat.Interval, "Heartbeat.Timeout must not exceed Heartbeat.Interval when more than one ping may be missed.");
        Check(options.Connections.Transports.Count > 0, "Connections.Transports must name at least one transport.");
        Check(options.Connections.MaxMessageBytes >= 1, "Connections.MaxMessageBytes must be at least 1.");
        Check(options.Connections.MaxBufferedBytes >= 1, "Connections.MaxBufferedBytes must be at least 1.");
        Check(options.Connections.ConnectTimeout > TimeSpan.Zero, "Connections.ConnectTimeout must be positive.");
        Check(options.Connections.AuthenticationTimeout > TimeSpan.Zero, "Connections.AuthenticationTimeout must be positive.");
        Check(options.Connections.UpgradeTimeout > TimeSpan.Zero, "Connections.UpgradeTimeout must be positive.");
        Check(options.Connections.CloseTimeout > TimeSpan.Zero, "Connections.CloseTimeout must be positive.");
        Check(options.PacketLimits.MaxAttachments >= 0, "PacketLimits.MaxAttachments must not be negative.");
        Check(options.PacketLimits.MaxDepth >= 2, "PacketLimits.MaxDepth must be at least 2.");
        Check(options.AckTimeout > TimeSpan.Zero, "AckTimeout must be positive.");
        Check(options.MaxWaitingEvents >= 1, "MaxWaitingEvents must be at least 1.");
        Check(options.FanOut.BatchSize >= 1, "FanOut.BatchSize must be at least 1.");
        Check(options.FanOut.MaxParallelBatches >= 0, "FanOut.MaxParallelBatches must not be negative.");
        return wrong.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(wrong);

        void Check(bool holds, string message)
        {
            if (!holds)
            {
                wrong.Add(string.IsNullOrEmpty(name) ? message : $"{name}: {message}");
            }
        }
    }
}
