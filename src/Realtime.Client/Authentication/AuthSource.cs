using Realtime.Core.Protocol.Json;

namespace Realtime.Client.Authentication;

/// <summary>Where the <c>auth</c> object of one namespace comes from. The application is asked anew for each attempt, so that a token never is an old one.</summary>
/// <remarks>Thread-safe; asked by one caller at a time.</remarks>
internal sealed class AuthSource(Func<CancellationToken, ValueTask<object?>>? callback, PayloadSerializer serializer)
{
    private ReadOnlyMemory<byte> _last;

    internal bool Exists => callback is not null;

    /// <summary>Asks the application.</summary>
    /// <returns>A JSON object; empty when there is none.</returns>
    /// <exception cref="InvalidOperationException">The application gave something that is no object.</exception>
    internal async ValueTask<ReadOnlyMemory<byte>> AskAsync(CancellationToken cancellationToken)
    {
        object? auth = callback is null ? null : await callback(cancellationToken).ConfigureAwait(false);
        if (auth is null)
        {
            return _last = default;
        }

        ReadOnlyMemory<byte> json = serializer.SerializeValue(auth);
        return json.Span[0] == (byte)'{'
            ? _last = json
            : throw new InvalidOperationException($"The auth callback gave a {auth.GetType().Name}, which is no object in JSON. Socket.IO takes objects only: return new {{ token }} instead of token.");
    }

    /// <summary>Asks the application once more after a refusal.</summary>
    /// <returns>What is new; <see langword="null"/> when it is the same as before, so that asking the server again would be of no use.</returns>
    internal async ValueTask<ReadOnlyMemory<byte>?> AskForNewAsync(CancellationToken cancellationToken)
    {
        if (callback is null)
        {
            return null;
        }

        ReadOnlyMemory<byte> before = _last;
        ReadOnlyMemory<byte> now = await AskAsync(cancellationToken).ConfigureAwait(false);
        return now.Span.SequenceEqual(before.Span) ? (ReadOnlyMemory<byte>?)null : now; // null alone would become an empty value, by way of an array
    }
}
