using System.Text.Json;
using Realtime.ConformanceHost.Profiles;

namespace Realtime.ConformanceHost.Rpc;

/// <summary>Answers <c>POST /__kit/rpc</c>: <c>{"profile":"default","m":"rooms"}</c> by <c>{"ok":true,"r":[]}</c> or <c>{"ok":false,"e":"message"}</c>.</summary>
internal sealed class RpcEndpoint(IReadOnlyDictionary<string, RunningProfile> profiles)
{
    private readonly RpcMethods _methods = new();

    internal async Task AnswerAsync(HttpContext context)
    {
        object answer;
        try
        {
            using JsonDocument document = await JsonDocument.ParseAsync(context.Request.Body, BinaryJson.ReadOptions, context.RequestAborted);
            var call = new RpcCall(document.RootElement);
            answer = new { ok = true, r = await InvokeAsync(call, call.Profile) };
        }
#pragma warning disable CA1031 // Whatever fails is the answer.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            answer = new { ok = false, e = exception.Message };
        }

        await context.Response.WriteAsJsonAsync(answer, BinaryJson.Options);
    }

    private ValueTask<object?> InvokeAsync(RpcCall call, string? profileName)
    {
        if (profileName is null || !profiles.TryGetValue(profileName, out RunningProfile? profile))
        {
            throw new RpcException($"unknown profile {profileName}");
        }

        return call.Method == "batch" ? RunBatchAsync(profile, profileName, call) : _methods.Find(call.Method)(profile, call);
    }

    /// <summary>Runs calls in one go: nothing is written to clients in between.</summary>
    private async ValueTask<object?> RunBatchAsync(RunningProfile profile, string profileName, RpcCall batch)
    {
        Task<object?>[] running;
        using (profile.Server.BeginBatch())
        {
            running = [.. batch.Calls.Select(call => InvokeAsync(call, call.Profile ?? profileName).AsTask())];
        }

        return await Task.WhenAll(running);
    }
}
