using Realtime.Core.Protocol;

namespace Realtime.Core.Namespaces.Validation;

/// <summary>Checks a payload before its handler runs, after it was read and fits its type.</summary>
/// <remarks>
/// One instance serves all messages of an event, so it must be thread-safe. Messages of one socket are checked and handled in order: a check that takes time
/// holds up the next message of the socket, and nothing else. A validator that throws fails the message like a handler that throws.
/// </remarks>
/// <typeparam name="TPayload">The type of the payload.</typeparam>
public interface IPayloadValidator<in TPayload>
{
    /// <summary>Checks a payload.</summary>
    /// <param name="context">The message.</param>
    /// <param name="payload">Its payload. <see langword="null"/> only where the event allows it.</param>
    /// <returns>The first thing that is wrong; <see langword="null"/> when the handler may run.</returns>
    ValueTask<PayloadError?> ValidateAsync(EventContext context, TPayload payload);
}
