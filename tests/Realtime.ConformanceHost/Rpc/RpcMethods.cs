using Realtime.ConformanceHost.Profiles;

namespace Realtime.ConformanceHost.Rpc;

/// <summary>The methods of the RPC by name.</summary>
internal sealed class RpcMethods
{
    private readonly Dictionary<string, Func<RunningProfile, RpcCall, ValueTask<object?>>> _methods = [];

    internal RpcMethods()
    {
        EmitMethods.AddTo(this);
        SocketMethods.AddTo(this);
        AudienceMethods.AddTo(this);
        ViewMethods.AddTo(this);
        ServerMethods.AddTo(this);
    }

    internal Func<RunningProfile, RpcCall, ValueTask<object?>> Find(string name) =>
        _methods.TryGetValue(name, out Func<RunningProfile, RpcCall, ValueTask<object?>>? method) ? method : throw new RpcException($"unknown method {name}");

    /// <summary>Adds a method with a result.</summary>
    internal RpcMethods Add(string name, Func<RunningProfile, RpcCall, ValueTask<object?>> method)
    {
        _methods.Add(name, method);
        return this;
    }

    /// <summary>Adds a method with a result that is there at once.</summary>
    internal RpcMethods Add(string name, Func<RunningProfile, RpcCall, object?> method) => Add(name, (profile, call) => new ValueTask<object?>(method(profile, call)));

    /// <summary>Adds a method without a result.</summary>
    internal RpcMethods Add(string name, Func<RunningProfile, RpcCall, ValueTask> method) => Add(name, async (profile, call) =>
    {
        await method(profile, call);
        return (object?)null;
    });
}
