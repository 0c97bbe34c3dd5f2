using System.Buffers;
using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text.Json;
using Microsoft.Extensions.Logging;
using Realtime.Core.Identifiers;
using Realtime.Core.Sessions;
using Realtime.Redis.Scripts;
using StackExchange.Redis;

namespace Realtime.Redis.Sessions;

/// <summary>Carries questions whether a node yields a session, and the answers, over the channels of the nodes. What is lost on the way is a question without an answer.</summary>
/// <remarks>Thread-safe. Nodes that ask the same at the same time wait for the same yield.</remarks>
internal sealed class YieldChannel(IConnectionMultiplexer connection, RedisCalls calls, SessionKeys keys, string node, Func<SessionOwnership, Task> yield, ILogger logger) : IAsyncDisposable
{
    private readonly ConcurrentDictionary<string, TaskCompletionSource> _questions = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<SessionOwnership, Lazy<Task>> _yielding = new();

    /// <summary>Begins to listen.</summary>
    internal async Task StartAsync() =>
        await calls.CallAsync(async _ =>
        {
            await connection.GetSubscriber().SubscribeAsync(keys.Node(node), (_, message) => OnMessage(message)).ConfigureAwait(false);
            return true;
        }).ConfigureAwait(false);

    /// <summary>Asks a node.</summary>
    /// <returns>A task that completes with the answer, however long that takes, or when it is cancelled.</returns>
    internal async Task AskAsync(string owner, SessionOwnership session, CancellationToken cancellationToken)
    {
        string id = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(8));
        var answered = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _questions[id] = answered;
        try
        {
            await PublishAsync(owner, writer =>
            {
                writer.WriteString("ask", id);
                writer.WriteString("from", node);
                writer.WriteString("ns", session.Namespace.Value);
                writer.WriteString("pid", session.Id);
                writer.WriteNumber("fence", session.Fence);
            }).ConfigureAwait(false);
            await answered.Task.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            _questions.TryRemove(id, out _);
        }
    }

    public async ValueTask DisposeAsync()
    {
        try
        {
            await connection.GetSubscriber().UnsubscribeAsync(keys.Node(node)).ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is RedisException or TimeoutException or ObjectDisposedException)
        {
            // Nobody is asked any more either way.
        }
    }

    private void OnMessage(RedisValue message)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse((ReadOnlyMemory<byte>)message);
            JsonElement root = document.RootElement;
            if (root.TryGetProperty("answer", out JsonElement answer))
            {
                if (_questions.TryRemove(answer.GetString()!, out TaskCompletionSource? question))
                {
                    question.SetResult();
                }

                return;
            }

            var session = new SessionOwnership(NamespacePath.Parse(root.GetProperty("ns").GetString()!), root.GetProperty("pid").GetString()!, root.GetProperty("fence").GetInt64());
            _ = AnswerAsync(session, root.GetProperty("from").GetString()!, root.GetProperty("ask").GetString()!);
        }
        catch (Exception exception) when (exception is JsonException or KeyNotFoundException or InvalidOperationException or FormatException or ArgumentException)
        {
            // Not one of ours. Its text may name a session, so it is not logged.
        }
    }

    private async Task AnswerAsync(SessionOwnership session, string from, string question)
    {
        try
        {
            await _yielding.GetOrAdd(session, static (key, state) => new Lazy<Task>(() => state.YieldAsync(key)), this).Value.ConfigureAwait(false);
            await PublishAsync(from, writer => writer.WriteString("answer", question)).ConfigureAwait(false);
        }
        catch (RedisUnavailableException exception)
        {
            RedisSessionLog.AnswerFailed(logger, exception, from);
        }
    }

    private async Task YieldAsync(SessionOwnership session)
    {
        await Task.Yield(); // in the table before it is taken out again
        try
        {
            await yield(session).ConfigureAwait(false);
        }
        finally
        {
            _yielding.TryRemove(session, out _);
        }
    }

    private async Task PublishAsync(string to, Action<Utf8JsonWriter> write)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer))
        {
            writer.WriteStartObject();
            write(writer);
            writer.WriteEndObject();
        }

        await calls.CallAsync(database => database.PublishAsync(keys.Node(to), buffer.WrittenMemory)).ConfigureAwait(false);
    }
}
