using Realtime.Core.Protocol;

namespace ScaleOut;

/// <summary>What a client says.</summary>
/// <param name="Id">Made by the client. When a node dies behind a message and before its answer, the client sends it again, and pages show what has the same id once.</param>
/// <param name="Text">The text.</param>
public sealed record Say(string Id, string Text);

/// <summary>What everybody hears, wherever they are connected.</summary>
/// <param name="Number">Its place in the history, from 1.</param>
/// <param name="Id">As its sender made it.</param>
/// <param name="Text">The text.</param>
/// <param name="Node">The node that handled it.</param>
public sealed record Said(long Number, string Id, string Text, string Node);

public static class ScaleOutEvents
{
    /// <summary>Answered with the name of the node that one is on.</summary>
    public const string Which = "which";

    /// <summary>Said to everybody; answered with the name of the node that handled it.</summary>
    public static readonly RealtimeEvent<Say, string> Say = new("say");

    /// <summary>Answered with what was said behind a number: for pages that are new, or come back.</summary>
    public static readonly RealtimeEvent<long, Said[]> Behind = new("behind");

    public static readonly RealtimeEvent<Said> Said = new("said");
}
