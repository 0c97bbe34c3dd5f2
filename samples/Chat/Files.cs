using Realtime.Core.Namespaces;

namespace Chat;

/// <summary>
/// Files go up and come down in chunks, each acknowledged before the next: the sender never fills the server, and a receiver that pulls
/// at its own pace never has more than one chunk waiting in its connection.
/// </summary>
/// <remarks>Thread-safe.</remarks>
public sealed class Files(FileStore store)
{
    public ValueTask<Answer<FileTicket>> OfferAsync(EventContext context, FileOffer offer) => new(Offer(context.Socket, offer));

    public async ValueTask<Answer<NextChunk>> WriteAsync(EventContext context, FileChunk chunk)
    {
        Member member = context.Socket.Member;
        if (chunk is null || store.Find(chunk.Id) is not { } file || file.Author != member)
        {
            return new Refusal("The upload has ended. Send the file again.");
        }

        if (!file.TryWrite(chunk.Number, chunk.Bytes, out int next))
        {
            return new Refusal("The chunk does not fit the file.");
        }

        var progress = new FileProgress(file.Room, file.Shared.Id, file.Shared.Name, member, file.Received, file.Shared.Size);
        await context.Socket.To(file.Room).Volatile.EmitAsync(ChatEvents.FileProgress, progress);
        return new NextChunk(next);
    }

    public ValueTask<Answer<FileChunk>> ReadAsync(EventContext context, ChunkNumber asked)
    {
        Answer<FileChunk> answer = asked is not null && store.Find(asked.Id) is { } file && context.Socket.IsIn(file.Room) && file.TryRead(asked.Number, out ReadOnlyMemory<byte> bytes)
            ? new FileChunk(asked.Id, asked.Number, bytes)
            : new Refusal("The file is no longer kept here.");
        return new(answer);
    }

    public ValueTask CancelAsync(EventContext context, FileId asked)
    {
        if (asked is not null && store.Find(asked.Id) is { IsComplete: false } file && file.Author == context.Socket.Member)
        {
            store.Remove(file);
        }

        return default;
    }

    private Answer<FileTicket> Offer(RealtimeSocket socket, FileOffer offer)
    {
        if (!socket.IsIn(offer?.Room))
        {
            return new Refusal("You are not in this room.");
        }

        if (offer.Size is <= 0 or > ChatRules.MaxFileBytes)
        {
            return new Refusal($"A file has at most {ChatRules.MaxFileBytes / 1024 / 1024} MB, and at least one byte.");
        }

        if (!ChatRules.IsFileName(offer.Name))
        {
            return new Refusal("The name of the file cannot be used.");
        }

        string type = offer.Type is not null && ChatRules.IsMediaType(offer.Type) ? offer.Type : "application/octet-stream";
        return new FileTicket(store.Add(offer.Room, socket.Member, offer.Name, type, offer.Size).Shared.Id);
    }
}
