using Realtime.Core.Identifiers;

namespace Realtime.Core.Backplane;

/// <summary>What a backplane implements besides <see cref="IClusterBackplane"/> if it subscribes to the namespaces of its node: it is told when one came or went.</summary>
/// <remarks>
/// It is told after the change and under no lock, by any thread and perhaps out of order, so it has to look what is the case: <see cref="IClusterNode.HasNamespace"/>.
/// Namespaces that have a name are there before <see cref="IClusterBackplane.Attach"/>. Rooms it is told of by <see cref="IBackplane.EnterAsync"/>.
/// </remarks>
public interface INamespaceWatcher
{
    /// <summary>A namespace came into being on this node, or is gone. Returns at once.</summary>
    /// <param name="path">The namespace.</param>
    void OnNamespaceChanged(NamespacePath path);
}
