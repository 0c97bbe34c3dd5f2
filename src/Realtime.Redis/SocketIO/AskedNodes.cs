using System.Text.Json;
using Realtime.Core.Backplane;
using Realtime.Core.Protocol;

namespace Realtime.Redis.SocketIO;

/// <summary>An event that asks the clients of all nodes for acknowledgements: every node tells how many it asked, then come their answers.</summary>
/// <remarks>Guarded by <c>_gate</c>; what is reported is reported outside of it.</remarks>
/// <param name="answers">What is told.</param>
/// <param name="readCount">Reads the number of clients; <see langword="null"/> when the answer is none.</param>
/// <param name="readAck">Reads the answer of a client; <see langword="null"/> when it is none.</param>
internal sealed class AskedNodes(IBroadcastAnswers answers, Func<JsonElement, int?> readCount, Func<NodeMessage, JsonElement, EventArguments?> readAck) : IPendingRequest
{
    private readonly Lock _gate = new();
    private readonly TaskCompletionSource _complete = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _expected = int.MaxValue;
    private int _counted;

    /// <summary>Gets what completes when all nodes have told how many clients they asked.</summary>
    internal Task Complete => _complete.Task;

    /// <summary>Says how many nodes there are. Answers may have come before.</summary>
    internal void Expect(int nodes) => Change(nodes, counted: 0);

    public void OnResponse(NodeMessage message, JsonElement body)
    {
        if (readCount(body) is { } clients)
        {
            answers.OnAsked(Math.Max(0, clients));
            Change(nodes: null, counted: 1);
        }
        else if (readAck(message, body) is { } answer)
        {
            answers.OnAnswer(answer);
        }
    }

    private void Change(int? nodes, int counted)
    {
        lock (_gate)
        {
            _expected = nodes ?? _expected;
            _counted += counted;
            if (_counted < _expected)
            {
                return;
            }
        }

        _complete.TrySetResult();
    }
}
