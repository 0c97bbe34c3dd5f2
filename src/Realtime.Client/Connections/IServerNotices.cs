using Realtime.Core.Protocol;

namespace Realtime.Client.Connections;

/// <summary>Who hears of what a server of ours tells about itself: events whose names begin with <c>$rt:</c>.</summary>
internal interface IServerNotices
{
    /// <summary>Takes a notice. Called by the read loop, so it must not block.</summary>
    void OnNotice(string eventName, in EventArgument argument);
}
