using Realtime.Core.Backplane;
using Realtime.Core.Connections;

namespace Realtime.Core.Hosting;

internal sealed class ReceivedBatch : PublicationBatch
{
    private FlushScope? _scope = FlushScope.Enter();
    private IDisposable? _deferred;

    public override bool TryDefer()
    {
        _deferred = _scope?.TryDefer();
        if (_deferred is null)
        {
            return false;
        }

        EndScope();
        return true;
    }

    public override void Dispose()
    {
        EndScope();
        _deferred?.Dispose();
        _deferred = null;
    }

    private void EndScope()
    {
        _scope?.Exit();
        _scope = null;
    }
}
