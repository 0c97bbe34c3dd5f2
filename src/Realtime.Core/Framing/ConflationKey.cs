using Realtime.Core.Identifiers;

namespace Realtime.Core.Framing;

/// <summary>What a newer packet replaces: the application's key within one namespace.</summary>
/// <remarks>Immutable.</remarks>
internal readonly record struct ConflationKey(NamespacePath Namespace, string Key);
