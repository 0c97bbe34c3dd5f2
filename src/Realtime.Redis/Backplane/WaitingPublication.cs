using Realtime.Core.Backplane;
using StackExchange.Redis;

namespace Realtime.Redis.Backplane;

/// <summary>A publication that waits for Redis, and who waits for it.</summary>
/// <remarks>Confined to the queue, but for <see cref="Completion"/>.</remarks>
internal sealed class WaitingPublication
{
    private readonly string[] _rooms;
    private readonly IReadOnlyList<string> _joined;
    private readonly string _route;

    internal WaitingPublication(Publication publication, MessageSeal seal, long deadline)
    {
        Publication = publication;
        Deadline = deadline;
        Body = seal.Seal(MessageSeal.Publication, PublicationCodec.Encode(publication));
        _route = RouteOf(publication);
        _rooms = publication.Audience.Rooms.Count == 0 ? [""] : [.. publication.Audience.Rooms.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];
        _joined = _route == "j" ? publication.Rooms : [];
    }

    internal Publication Publication { get; }

    internal byte[] Body { get; }

    /// <summary>Gets when it is given up, as a timestamp of the time provider.</summary>
    internal long Deadline { get; }

    internal TaskCompletionSource<PublishResult> Completion { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Gets or sets what sends it on this node; <see langword="null"/> until it has come back here.</summary>
    internal Task? Sending { get; set; }

    internal void AddTo(List<RedisValue> arguments)
    {
        arguments.Add(_route);
        arguments.Add(_rooms.Length);
        arguments.Add(_joined.Count);
        foreach (string room in _rooms)
        {
            arguments.Add(room);
        }

        foreach (string room in _joined)
        {
            arguments.Add(room);
        }

        arguments.Add(Publication.Id ?? "");
        arguments.Add(Body);
    }

    private static string RouteOf(Publication publication) => publication.Kind switch
    {
        PublicationKind.Event => publication.CanBeNumbered ? "e" : "u",
        PublicationKind.ServerEvent => "o",
        PublicationKind.Join when publication.CanBeNumbered => "j",
        _ => publication.CanBeNumbered ? "c" : "a",
    };
}
