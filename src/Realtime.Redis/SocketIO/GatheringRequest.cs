using System.Text.Json;

namespace Realtime.Redis.SocketIO;

/// <summary>A question that every other node answers once: complete when all have.</summary>
/// <remarks>Guarded by <c>_gate</c>.</remarks>
/// <param name="expected">How many nodes answer.</param>
/// <param name="read">Reads an answer; <see langword="null"/> when it is none to this question.</param>
internal sealed class GatheringRequest<T>(int expected, Func<NodeMessage, JsonElement, T?> read) : IPendingRequest
    where T : class
{
    private readonly Lock _gate = new();
    private readonly List<T> _answers = [];
    private readonly TaskCompletionSource _complete = new(TaskCreationOptions.RunContinuationsAsynchronously);

    internal Task Complete => _complete.Task;

    internal int Expected => expected;

    internal T[] Answers
    {
        get
        {
            lock (_gate)
            {
                return [.. _answers];
            }
        }
    }

    public void OnResponse(NodeMessage message, JsonElement body)
    {
        if (read(message, body) is not { } answer)
        {
            return;
        }

        lock (_gate)
        {
            if (_answers.Count == expected)
            {
                return;
            }

            _answers.Add(answer);
            if (_answers.Count < expected)
            {
                return;
            }
        }

        _complete.TrySetResult();
    }
}
