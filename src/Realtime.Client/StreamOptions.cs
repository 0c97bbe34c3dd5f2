using System.Threading.Channels;

namespace Realtime.Client;

/// <summary>How the events of a stream wait for their reader.</summary>
public sealed class StreamOptions
{
    /// <summary>Gets or sets the largest number of events that wait.</summary>
    /// <value>Default 256.</value>
    public int Capacity { get; set; } = 256;

    /// <summary>Gets or sets what happens when as many wait as may.</summary>
    /// <value>Default <see cref="BoundedChannelFullMode.Wait"/>: nothing is lost, and the other handlers of the namespace wait too. A reader that only wants what is new takes <see cref="BoundedChannelFullMode.DropOldest"/>.</value>
    public BoundedChannelFullMode FullMode { get; set; } = BoundedChannelFullMode.Wait;
}
