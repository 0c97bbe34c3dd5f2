using Realtime.Contracts;

namespace Realtime.Client.Interop.Tests.Support;

/// <summary><see cref="Bounded"/> for what clients return.</summary>
internal static class BoundedValueTask
{
    internal static Task Within(this ValueTask task) => task.AsTask().Within();

    internal static Task<T> Within<T>(this ValueTask<T> task) => task.AsTask().Within();
}
