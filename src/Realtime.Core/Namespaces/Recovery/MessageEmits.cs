using System.Globalization;

namespace Realtime.Core.Namespaces.Recovery;

/// <summary>Gives the emits of one handler, of a numbered message, an identity each: when the message is handled again after a crash, what was emitted before is not emitted twice.</summary>
/// <remarks>
/// Thread-safe. It follows the flow of the handler. The identity is that of the message and the place of the emit in it, so it helps as far as the handler emits the same in the same order.
/// </remarks>
internal sealed class MessageEmits(string messageId)
{
    private static readonly AsyncLocal<MessageEmits?> s_current = new();

    private int _count;

    /// <summary>Gets or sets what the running handler has emitted; <see langword="null"/> outside of one.</summary>
    internal static MessageEmits? Current
    {
        get => s_current.Value;
        set => s_current.Value = value;
    }

    internal string Next() => string.Create(CultureInfo.InvariantCulture, $"{messageId}:{Interlocked.Increment(ref _count)}");
}
