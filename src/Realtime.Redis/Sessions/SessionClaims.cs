using System.Security.Cryptography;
using Realtime.Core.Sessions;
using StackExchange.Redis;

namespace Realtime.Redis.Sessions;

/// <summary>Makes servers of this process owners of sessions: of new ones, and of those that clients come back to.</summary>
/// <remarks>Thread-safe.</remarks>
internal sealed class SessionClaims(SessionSteps steps, SessionKeys keys, OwnedSessions owned, YieldQuestions questions)
{
    private const int Unknown = 0;
    private const int Superseded = 1;
    private const int Claimed = 2;

    /// <summary>Stores a session.</summary>
    internal async Task<SessionRecord> CreateAsync(SessionRecord record, ISessionOwner owner, string incarnation)
    {
        OwnedSession? created = null;
        owned.Expect(record.Namespace, record.Id);
        try
        {
            RedisValue[] arguments = [record.Id, NewToken(), SessionFormat.User(record.UserId), .. SessionFormat.Write(record, incarnation)];
            if ((long)await steps.SendAsync(record.Namespace, new SessionStep("create", keys.Session(record.Namespace, record.Id), arguments)).ConfigureAwait(false) == 0)
            {
                throw new InvalidOperationException($"There is a session with this id in {record.Namespace}. An id is made once, of secure random bytes.");
            }

            SessionRecord stored = record with { Fence = record.Fence + 1 };
            created = new OwnedSession(stored.Ownership, owner, new StoredRooms(stored.Rooms), incarnation);
            return stored;
        }
        finally
        {
            owned.TryArrive(record.Namespace, record.Id, created);
        }
    }

    /// <summary>Takes a session, after its owner has been asked.</summary>
    internal async Task<SessionClaim> ClaimAsync(SessionClaimRequest request, string incarnation, CancellationToken cancellationToken)
    {
        OwnedSession? session = null;
        var claim = new SessionClaim(ClaimStatus.Superseded, null);
        owned.Expect(request.Namespace, request.Id);
        try
        {
            RedisResult[] answer = await AskAsync(request, incarnation, cancellationToken).ConfigureAwait(false);
            switch ((int)answer[0])
            {
                case Unknown:
                    claim = new SessionClaim(ClaimStatus.Unknown, null);
                    break;
                case Claimed:
                    StoredSession stored = SessionFormat.Read(request.Namespace, request.Id, (RedisResult[])answer[1]!);
                    session = new OwnedSession(stored.Record.Ownership, request.Owner, new StoredRooms(stored.Record.Rooms, stored.RoomNumbers, stored.RoomsVersion), incarnation);
                    claim = new SessionClaim(ClaimStatus.Claimed, stored.Record);
                    break;
            }
        }
        finally
        {
            // A later attempt may have taken it already, before we knew that we had it.
            claim = owned.TryArrive(request.Namespace, request.Id, session) || session is null ? claim : new SessionClaim(ClaimStatus.Superseded, null);
        }

        return claim;
    }

    private async Task<RedisResult[]> AskAsync(SessionClaimRequest request, string incarnation, CancellationToken cancellationToken)
    {
        RedisValue token = NewToken();
        RedisKey key = keys.Session(request.Namespace, request.Id);
        RedisValue mark = keys.Mark(request.Namespace, request.Id);
        RedisResult[] answer = await SendAsync(new SessionStep("claim", key, SessionFormat.User(request.UserId), request.Attempt, request.LiveFence, token, incarnation, mark)).ConfigureAwait(false);
        while ((int)answer[0] is not (Unknown or Superseded or Claimed))
        {
            string owner = (string)answer[2]!;
            await questions.AskAsync(new SessionOwnership(request.Namespace, request.Id, (long)answer[1]), owner).WaitAsync(cancellationToken).ConfigureAwait(false);
            answer = await SendAsync(new SessionStep("take", key, token, incarnation, owner, mark)).ConfigureAwait(false);
        }

        return answer;

        async Task<RedisResult[]> SendAsync(SessionStep step) => (RedisResult[])(await steps.SendAsync(request.Namespace, step).WaitAsync(cancellationToken).ConfigureAwait(false))!;
    }

    // Tells a repeated call from another one.
    private static string NewToken() => Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(8));
}
