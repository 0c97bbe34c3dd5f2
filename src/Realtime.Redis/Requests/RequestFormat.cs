using Realtime.Core.Backplane;
using Realtime.Core.Connections;
using Realtime.Core.Identifiers;
using Realtime.Core.Protocol;
using Realtime.Redis.Backplane;

namespace Realtime.Redis.Requests;

/// <summary>What requests and answers are about, as bytes.</summary>
internal static class RequestFormat
{
    internal static byte[] Rooms(IReadOnlyCollection<string> rooms)
    {
        var output = new ByteWriter(256);
        output.WriteStrings(rooms);
        return output.ToArray();
    }

    internal static byte[] Payload(EventPayload payload)
    {
        var output = new ByteWriter(payload.Data.Length + 64);
        output.WritePayload(payload);
        return output.ToArray();
    }

    internal static byte[] Number(int number)
    {
        var output = new ByteWriter(8);
        output.WriteNumber(number);
        return output.ToArray();
    }

    /// <summary>Writes the arguments of an answer, which share their attachments.</summary>
    internal static byte[] Arguments(EventArguments? arguments)
    {
        if (arguments is null)
        {
            return [];
        }

        using var data = new MemoryStream();
        data.WriteByte((byte)'[');
        for (int i = 0; i < arguments.Count; i++)
        {
            if (i > 0)
            {
                data.WriteByte((byte)',');
            }

            data.Write(arguments[i].Json.Span);
        }

        data.WriteByte((byte)']');
        return Payload(new EventPayload(data.ToArray(), arguments.Count > 0 ? arguments[0].Attachments : []));
    }

    /// <summary>Reads them; <see langword="null"/> when there was no answer.</summary>
    internal static EventArguments? ReadArguments(ReadOnlyMemory<byte> body)
    {
        if (body.IsEmpty)
        {
            return null;
        }

        var input = new ByteReader(body);
        EventPayload payload = input.ReadPayload();
        var packet = new Packet { Kind = PacketKind.Ack, Namespace = NamespacePath.Root.Utf8Memory, Data = payload.Data, Attachments = payload.Attachments };
        return EventArguments.From(in packet);
    }

    internal static byte[] Sockets(IReadOnlyList<SocketDescription> sockets)
    {
        var output = new ByteWriter(1024);
        output.WriteNumber(sockets.Count);
        foreach (SocketDescription socket in sockets)
        {
            output.WriteString(socket.Id);
            output.WriteStrings(socket.Rooms);
            output.WriteBytes(socket.Data.Span);
            output.WriteBytes(socket.Auth.Span);
            output.WriteInt64(socket.Handshake.Time.UtcTicks);
            output.WriteString(socket.Handshake.Address);
            output.WriteString(socket.Handshake.Url);
            output.WriteByte(socket.Handshake.IsSecure ? (byte)1 : (byte)0);
            output.WritePairs(socket.Handshake.Query);
            output.WritePairs(socket.Handshake.Headers);
        }

        return output.ToArray();
    }

    internal static SocketDescription[] ReadSockets(ReadOnlyMemory<byte> body)
    {
        var input = new ByteReader(body);
        var sockets = new SocketDescription[input.ReadCount()];
        for (int i = 0; i < sockets.Length; i++)
        {
            string id = input.ReadString();
            string[] rooms = input.ReadStrings();
            ReadOnlyMemory<byte> data = input.ReadBytes();
            ReadOnlyMemory<byte> auth = input.ReadBytes();
            var handshake = new BasicHandshake
            {
                Time = new DateTimeOffset(input.ReadInt64(), TimeSpan.Zero),
                Address = input.ReadString(),
                Url = input.ReadString(),
                IsSecure = input.ReadByte() != 0,
                Query = input.ReadPairs(),
                Headers = input.ReadPairs(),
            };
            sockets[i] = new SocketDescription(id, rooms, data, handshake, auth);
        }

        return sockets;
    }
}
