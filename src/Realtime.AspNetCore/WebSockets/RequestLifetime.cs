using Microsoft.AspNetCore.Http;

namespace Realtime.AspNetCore.WebSockets;

/// <summary>A request that nobody asks anything of any more: what opened its connection was an earlier one.</summary>
internal sealed class RequestLifetime(HttpContext context) : IRequestLifetime
{
    public void Abort() => context.Abort();

    public void OnEnded()
    {
    }
}
