using System.Collections.Concurrent;
using System.Text.Json;
using Realtime.Core.Namespaces;

namespace Realtime.Redis.Tests.Attacks;

/// <summary>What the servers of these tests do with what clients send. All of one test share what is handled.</summary>
/// <remarks>Thread-safe.</remarks>
internal sealed class AttackHandlers
{
    /// <summary>The ids of the messages whose handlers have begun.</summary>
    internal ConcurrentQueue<string> Handled { get; } = new();

    /// <summary>What handlers of <c>slow</c> wait for.</summary>
    internal TaskCompletionSource Go { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    internal void Define(NamespaceBuilder space)
    {
        space.Use(static (context, next) =>
        {
            context.Socket.UserId = context.Socket.GetAuth<Dictionary<string, JsonElement>>()?.GetValueOrDefault("user").GetString();
            return next(context);
        });
        space.OnConnected(static socket => socket.EmitAsync("joined"));
        space.On("say", async context =>
        {
            Handled.Enqueue(context.MessageId);
            await context.Namespace.To("room").EmitAsync("said", context.Get<int>(0));
            await context.AckAsync("done");
        });
        space.On("slow", async context =>
        {
            Handled.Enqueue(context.MessageId);
            await context.Namespace.To("room").EmitAsync("said", context.Get<int>(0));
            await Go.Task;
            await context.AckAsync("done");
        });
        space.On("fails", context =>
        {
            Handled.Enqueue(context.MessageId);
            throw new InvalidOperationException("fails");
        });
    }
}
