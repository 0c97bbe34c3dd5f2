using Realtime.Core.Connections;

namespace Realtime.Core.Hosting;

internal sealed class EmitBatch : IDisposable
{
    private FlushScope? _scope = FlushScope.Enter();

    public void Dispose()
    {
        _scope?.Exit();
        _scope = null;
    }
}
