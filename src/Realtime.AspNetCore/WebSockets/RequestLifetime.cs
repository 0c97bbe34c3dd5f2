using Microsoft.AspNetCore.Http;

namespace Realtime.AspNetCore.WebSockets;

/// <summary>A request that nobody asks anything of any more: what opened its connection was an earlier one.</summary>
internal sealed class RequestLifetime(HttpContext context) : IRequestLifetime
{
    private readonly Lock _gate = new();
    private bool _ended;

    public void Abort()
    {
        lock (_gate)
        {
            if (!_ended)
            {
                context.Abort();
            }
        }
    }

    public void OnEnded()
    {
        lock (_gate)
        {
            _ended = true;
        }
    }
}
