using Realtime.Core.Hosting;

namespace Realtime.ConformanceHost.Profiles;

/// <summary>A profile that runs: its server, and what has happened in it.</summary>
internal sealed record RunningProfile(IRealtimeServer Server, ProfileJournal Journal);
