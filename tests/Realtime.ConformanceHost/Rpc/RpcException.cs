namespace Realtime.ConformanceHost.Rpc;

/// <summary>A call that makes no sense.</summary>
internal sealed class RpcException(string message) : Exception(message);
