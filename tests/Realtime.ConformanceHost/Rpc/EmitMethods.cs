using Realtime.ConformanceHost.Profiles;
using Realtime.Core.Acks;
using Realtime.Core.Namespaces;
using Realtime.Core.Protocol;

namespace Realtime.ConformanceHost.Rpc;

/// <summary>Emitting: to an audience, to one socket, and from one socket to the others.</summary>
internal static class EmitMethods
{
    private const string TimedOut = "operation has timed out"; // Node's words

    internal static void AddTo(RpcMethods methods) => methods
        .Add("emit", EmitAsync)
        .Add("socketEmit", SocketEmitAsync)
        .Add("socketBroadcast", static (profile, call) =>
            RpcTarget.Narrow(profile.SocketOf(call).Broadcast, call).EmitAsync(call.EventName, call.Arguments));

    private static async ValueTask<object?> EmitAsync(RunningProfile profile, RpcCall call)
    {
        Emitter audience = FindAudience(profile, call);
        if (!call.WantsAck)
        {
            await audience.EmitAsync(call.EventName, call.Arguments);
            return null;
        }

        BroadcastAcks acks = await audience.EmitWithAckAsync(call.EventName, call.Arguments);
        return new
        {
            err = acks.IsComplete ? null : TimedOut,
            responses = acks.Responses.Select(static answer => answer.Count > 0 ? answer[0] : EventArguments.Missing),
        };
    }

    private static Emitter FindAudience(RunningProfile profile, RpcCall call)
    {
        try
        {
            return profile.AudienceOf(call);
        }
        catch (KeyNotFoundException)
        {
            // A namespace of a pattern is not there before its first client. What is wrong with the name of the event is told all the same.
            ReservedEvents.ThrowIfReserved(call.EventName);
            throw;
        }
    }

    private static async ValueTask<object?> SocketEmitAsync(RunningProfile profile, RpcCall call)
    {
        SocketEmitter socket = call.Flags.ApplyTo(profile.SocketOf(call));
        if (!call.WantsAck)
        {
            await socket.EmitAsync(call.EventName, call.Arguments);
            return null;
        }

        bool errorFirst = call.Flags.Timeout is not null;
        try
        {
            EventArguments answer = await socket.EmitWithAckAsync(call.EventName, call.Arguments);
            return errorFirst ? (object?[])[null, .. answer] : answer;
        }
        catch (AckTimeoutException) when (errorFirst)
        {
            return new[] { new { error = TimedOut } };
        }
        catch (DisconnectedException gone) when (errorFirst)
        {
            return new[] { new { error = gone.Message } };
        }
    }
}
