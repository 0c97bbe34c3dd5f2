using Realtime.Core.Identifiers;
using Realtime.Core.Protocol;
using Realtime.Core.Rooms;

namespace Realtime.Core.Backplane;

/// <summary>One node, as a backplane shows it to the others: it answers their requests.</summary>
/// <remarks>Thread-safe. A namespace that the node does not have is one without sockets, rooms and handlers.</remarks>
public interface IClusterNode
{
    /// <summary>Gets the namespaces of the node, those of patterns included.</summary>
    IEnumerable<NamespacePath> Namespaces { get; }

    /// <summary>Tells whether the node has a namespace now.</summary>
    /// <param name="path">The namespace.</param>
    /// <returns>Whether it has.</returns>
    bool HasNamespace(NamespacePath path);

    /// <summary>Tells whether anybody on the node is in a room now.</summary>
    /// <param name="path">The namespace of the room.</param>
    /// <param name="room">The room; the id of a socket is the private room of that socket.</param>
    /// <returns>Whether there is.</returns>
    bool HasRoom(NamespacePath path, string room);

    /// <summary>Lists the rooms of the node.</summary>
    /// <param name="path">The namespace.</param>
    /// <returns>The names, private rooms (the ids of sockets) included.</returns>
    IReadOnlyCollection<string> ListRooms(NamespacePath path);

    /// <summary>Describes the sockets of an audience on the node.</summary>
    /// <param name="path">The namespace.</param>
    /// <param name="audience">Whom.</param>
    /// <returns>The sockets.</returns>
    IReadOnlyList<SocketDescription> DescribeSockets(NamespacePath path, Audience audience);

    /// <summary>Sends an event that asks for acknowledgements to its audience on the node.</summary>
    /// <param name="publication">The event.</param>
    /// <param name="timeout">How long answers are waited for; <see langword="null"/> for the time that the node has for acknowledgements.</param>
    /// <param name="answers">What is told: the number of sockets once, before this returns and before any answer, then each answer as it comes.</param>
    void Ask(Publication publication, TimeSpan? timeout, IBroadcastAnswers answers);

    /// <summary>Hands an event to the server-side handler of the node.</summary>
    /// <param name="path">The namespace.</param>
    /// <param name="payload">The event.</param>
    /// <returns>What the handler returned; <see langword="null"/> when there is no handler or it failed, which the node has logged.</returns>
    ValueTask<EventArguments?> AnswerAsync(NamespacePath path, EventPayload payload);
}
