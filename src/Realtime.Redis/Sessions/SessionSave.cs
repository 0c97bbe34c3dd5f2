using Realtime.Core.Sessions;
using StackExchange.Redis;

namespace Realtime.Redis.Sessions;

/// <summary>Writes what has changed in a session.</summary>
/// <remarks>Stateless.</remarks>
internal static class SessionSave
{
    private const int OutOfStep = 2;
    private static readonly RedisValue[] s_noRooms = ["", 0, 0];

    /// <summary>Writes a change.</summary>
    /// <param name="steps">The way to Redis.</param>
    /// <param name="keys">The names of keys.</param>
    /// <param name="change">The change.</param>
    /// <param name="owned">What is known of the session; <see langword="null"/> when it is not one of this process.</param>
    /// <returns>Whether the session is still the caller's.</returns>
    internal static async Task<bool> SendAsync(SessionSteps steps, SessionKeys keys, SessionChange change, OwnedSession? owned)
    {
        if (change.Rooms is not { } rooms)
        {
            return await Send(s_noRooms).ConfigureAwait(false) != 0;
        }

        if (owned is null)
        {
            return await Send(StoredRooms.All(rooms)).ConfigureAwait(false) != 0;
        }

        try
        {
            long result = (long)await owned.Rooms.Write(rooms, SendRaw).ConfigureAwait(false);
            while (result == OutOfStep)
            {
                // A write before this one has failed. What was given last is written, whole: it may be more than this call was given.
                owned.Rooms.Forget();
                result = (long)await owned.Rooms.Write(null, SendRaw).ConfigureAwait(false);
            }

            return result != 0;
        }
        catch
        {
            owned.Rooms.Forget();
            throw;
        }

        async Task<long> Send(RedisValue[] ofRooms) => (long)await SendRaw(ofRooms).ConfigureAwait(false);

        Task<RedisResult> SendRaw(RedisValue[] ofRooms) => steps.SendAsync(change.Session.Namespace, new SessionStep(
            "save",
            keys.Session(change.Session.Namespace, change.Session.Id),
            [change.Session.Fence, change.Confirmed, change.Ack?.Number ?? RedisValue.EmptyString, change.Ack is { } ack ? SessionFormat.Write(ack.Payload) : RedisValue.EmptyString, .. ofRooms]));
    }
}
