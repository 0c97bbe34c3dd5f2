namespace Realtime.AspNetCore.Authentication;

/// <summary>Marks an endpoint of this library.</summary>
internal sealed class RealtimeEndpointMetadata
{
    internal static RealtimeEndpointMetadata Instance { get; } = new();
}
