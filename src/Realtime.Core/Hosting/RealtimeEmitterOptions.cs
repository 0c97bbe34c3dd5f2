using System.Text.Json;
using Realtime.Core.Protocol.Json;
using Realtime.Core.Sequencing;

namespace Realtime.Core.Hosting;

/// <summary>The options of an emitter.</summary>
public sealed class RealtimeEmitterOptions
{
    /// <summary>Gets the options of payloads. Put your source-generated context into its resolver when the application is trimmed or compiled ahead of time.</summary>
    public JsonSerializerOptions Json { get; } = PayloadSerializer.CreateOptions();

    /// <summary>Gets or sets how much the logs of rooms keep: whoever publishes trims them.</summary>
    /// <value>Default: that of servers. To be what <c>RealtimeOptions.Recovery.Retention</c> of the servers is, or the smaller of the two holds.</value>
    public RetentionLimits Retention { get; set; } = new();
}
