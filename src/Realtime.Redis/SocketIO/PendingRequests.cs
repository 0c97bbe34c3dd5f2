namespace Realtime.Redis.SocketIO;

/// <summary>The questions of one namespace that wait for answers, by their ids.</summary>
/// <remarks>Guarded by <c>_gate</c>; questions are told outside of it.</remarks>
internal sealed class PendingRequests(int max, Func<string> createId)
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, IPendingRequest> _requests = new(StringComparer.Ordinal);

    internal int Count
    {
        get
        {
            lock (_gate)
            {
                return _requests.Count;
            }
        }
    }

    /// <summary>Adds a question.</summary>
    /// <returns>Its id, which no other one has.</returns>
    /// <exception cref="InvalidOperationException">There are as many as there may be.</exception>
    internal string Add(IPendingRequest request)
    {
        lock (_gate)
        {
            if (_requests.Count >= max)
            {
                throw new InvalidOperationException($"{max} requests wait for other nodes already. Ask less often, or raise MaxPendingRequests.");
            }

            string id;
            do
            {
                id = createId();
            }
            while (!_requests.TryAdd(id, request));
            return id;
        }
    }

    internal IPendingRequest? Find(string id)
    {
        lock (_gate)
        {
            return _requests.GetValueOrDefault(id);
        }
    }

    internal void Remove(string id)
    {
        lock (_gate)
        {
            _requests.Remove(id);
        }
    }
}
