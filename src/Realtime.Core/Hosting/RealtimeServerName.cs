namespace Realtime.Core.Hosting;

/// <summary>The name of a server that was added, so that all can be listed.</summary>
internal sealed record RealtimeServerName(string Value);
