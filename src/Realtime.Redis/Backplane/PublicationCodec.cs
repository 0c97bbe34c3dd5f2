using Realtime.Core.Authentication;
using Realtime.Core.Backplane;
using Realtime.Core.Identifiers;
using Realtime.Core.Rooms;

namespace Realtime.Redis.Backplane;

/// <summary>Publications as bytes, as they lie in the logs and travel between nodes. The namespace is not among them: it is that of the log.</summary>
/// <remarks>
/// Immutable. A version, the kind, flags, then strings and lists, each behind its length as a 7-bit encoded number. A node refuses a version that it does not know, so that nodes of
/// two versions may run side by side while a fleet is updated.
/// </remarks>
internal static class PublicationCodec
{
    private const byte Version = 1;

    [Flags]
    private enum Parts : byte
    {
        None = 0,
        Volatile = 1,
        Compress = 2,
        CloseConnection = 4,
        Id = 8,
        Sender = 16,
        ConflationKey = 32,
        UserRevocation = 64,
        TokenRevocation = 128,
    }

    internal static byte[] Encode(Publication publication)
    {
        var output = new ByteWriter(publication.Payload.Data.Length + 128);
        output.WriteByte(Version);
        output.WriteByte((byte)publication.Kind);
        output.WriteByte((byte)PartsOf(publication));
        output.WriteOptional(publication.Id);
        output.WriteOptional(publication.Audience.Sender);
        output.WriteOptional(publication.ConflationKey);
        if (publication.Revocation is { } revocation)
        {
            output.WriteString(revocation.UserId ?? revocation.TokenId!);
            output.WriteInt64(revocation.Time.UtcTicks);
        }

        output.WriteStrings(publication.Audience.Rooms);
        output.WriteStrings(publication.Audience.Except);
        output.WriteStrings(publication.Rooms);
        output.WritePayload(publication.Payload);
        return output.ToArray();
    }

    /// <summary>Reads a publication. It refers to the bytes, which have to stay as they are.</summary>
    /// <exception cref="InvalidDataException">These are not the bytes of one.</exception>
    internal static Publication Decode(NamespacePath path, ReadOnlyMemory<byte> bytes)
    {
        var input = new ByteReader(bytes);
        if (input.ReadByte() != Version)
        {
            throw new InvalidDataException("A publication of a version that this node does not know.");
        }

        var kind = (PublicationKind)input.ReadByte();
        var parts = (Parts)input.ReadByte();
        string? id = parts.HasFlag(Parts.Id) ? input.ReadString() : null;
        string? sender = parts.HasFlag(Parts.Sender) ? input.ReadString() : null;
        string? conflationKey = parts.HasFlag(Parts.ConflationKey) ? input.ReadString() : null;
        Revocation? revocation = (parts & (Parts.UserRevocation | Parts.TokenRevocation)) == Parts.None ? null : ReadRevocation(ref input, parts);
        string[] rooms = input.ReadStrings();
        string[] except = input.ReadStrings();
        return new Publication
        {
            Id = id,
            Kind = kind,
            Namespace = path,
            Audience = new Audience { Rooms = rooms, Except = except, Sender = sender },
            Rooms = input.ReadStrings(),
            Payload = input.ReadPayload(),
            IsVolatile = parts.HasFlag(Parts.Volatile),
            Compress = parts.HasFlag(Parts.Compress),
            CloseConnection = parts.HasFlag(Parts.CloseConnection),
            ConflationKey = conflationKey,
            Revocation = revocation,
        };
    }

    private static Parts PartsOf(Publication publication) =>
        (publication.IsVolatile ? Parts.Volatile : Parts.None) | (publication.Compress ? Parts.Compress : Parts.None) | (publication.CloseConnection ? Parts.CloseConnection : Parts.None)
        | (publication.Id is null ? Parts.None : Parts.Id) | (publication.Audience.Sender is null ? Parts.None : Parts.Sender) | (publication.ConflationKey is null ? Parts.None : Parts.ConflationKey)
        | (publication.Revocation?.UserId is null ? Parts.None : Parts.UserRevocation) | (publication.Revocation?.TokenId is null ? Parts.None : Parts.TokenRevocation);

    private static Revocation ReadRevocation(ref ByteReader input, Parts parts)
    {
        string whose = input.ReadString();
        Revocation revocation = parts.HasFlag(Parts.UserRevocation) ? Revocation.OfUser(whose) : Revocation.OfToken(whose);
        return revocation with { Time = new DateTimeOffset(input.ReadInt64(), TimeSpan.Zero) };
    }
}
