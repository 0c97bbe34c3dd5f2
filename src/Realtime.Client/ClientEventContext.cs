using Realtime.Core.Protocol;
using Realtime.Core.Sequencing;

namespace Realtime.Client;

/// <summary>An event as it came: its name, its arguments, and the way to answer.</summary>
/// <remarks>Thread-safe. It may be kept; the event can be answered later, on the connection that it came on.</remarks>
public sealed class ClientEventContext
{
    private readonly Packet _packet;
    private readonly Receiving.SocketReceiver _receiver;
    private readonly object _session;
    private EventArguments? _arguments;
    private int _answered;
    private bool _kept;

    internal ClientEventContext(Receiving.SocketReceiver receiver, object session, string eventName, in Packet packet)
    {
        _receiver = receiver;
        _session = session;
        _packet = packet;
        EventName = eventName;
    }

    /// <summary>Gets the name of the event.</summary>
    public string EventName { get; }

    /// <summary>Gets the arguments; nothing is deserialised before it is asked for.</summary>
    public EventArguments Arguments => _arguments ??= EventArguments.From(in _packet);

    /// <summary>Gets a value indicating whether the server waits for an answer.</summary>
    public bool WantsAck => _packet.AckId is not null;

    /// <summary>Gets the place of the event in its stream: it grows from event to event, and events of different streams have no order. The id of the stream tells streams apart, and nothing else.</summary>
    /// <value><see langword="null"/> of events that are not numbered: volatile ones, those that ask for an answer, and all events of servers that do not number them.</value>
    public StreamPosition? Position { get; internal init; }

    /// <summary>Reads an argument as a type.</summary>
    /// <typeparam name="T">The type.</typeparam>
    /// <param name="index">Which argument, from 0. One that was not sent is null.</param>
    /// <returns>The value.</returns>
    /// <exception cref="InvalidPayloadException">The argument does not fit the type.</exception>
    public T Get<T>(int index = 0) => Read<T>(index < Arguments.Count ? Arguments[index] : EventArguments.Missing);

    /// <summary>Answers the server. Without a question, after a first answer, and when the connection has ended meanwhile, nothing is sent.</summary>
    /// <param name="arguments">The arguments of the answer.</param>
    public void Acknowledge(params ReadOnlySpan<object?> arguments)
    {
        if (_packet.AckId is { } id && Interlocked.Exchange(ref _answered, 1) == 0)
        {
            _receiver.Answer(_session, id, _receiver.Serializer.SerializeAck(arguments));
        }
    }

    /// <summary>Answers without arguments when the handlers are done and none of them has answered or wants to do so later.</summary>
    internal void AcknowledgeUnlessKept()
    {
        if (WantsAck && !_kept)
        {
            Acknowledge();
        }
    }

    /// <summary>Leaves the answer to the application: handlers that see the context answer when they want to.</summary>
    internal void Keep() => _kept = true;

    internal void AcknowledgeWith<T>(T argument)
    {
        if (_packet.AckId is { } id && Interlocked.Exchange(ref _answered, 1) == 0)
        {
            _receiver.Answer(_session, id, _receiver.Serializer.SerializeAck(argument));
        }
    }

    /// <summary>Gets the first argument, without looking at the others.</summary>
    internal T GetFirst<T>() => Read<T>(EventArguments.First(in _packet));

    private T Read<T>(in EventArgument argument) => Receiving.ArgumentReader.Read<T>(_receiver.Serializer, in argument, $"The payload of '{EventName}'");
}
